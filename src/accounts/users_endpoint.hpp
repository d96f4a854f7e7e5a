#pragma once

#include "accounts/event_log.hpp"
#include "accounts/new_password.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"
#include "users/user_store.hpp"

namespace latchkey::accounts {

/// User administration over HTTP: /users, for tokens with scope `admin`. Bodies and answers are JSON
/// (account_json.hpp); what is wrong with a body is errc::invalid_member and names the member.
class users_endpoint {
public:
    users_endpoint(users::user_store&, const new_passwords&, const wall_clock&, const event_log&);

    /// GET /users?after=ID&limit=N: `{"items":[…],"next":"ID"}`, `next` only when there are more; at most
    /// 200, default 50.
    task<void> list(const http::request&, const tokens::claims&, http::response&) const;
    /// POST /users `{"username","password","email"?,"scopes"?}`: 201, Location, the account.
    task<void> create(const http::request&, const tokens::claims&, http::response&) const;
    /// GET /users/{id}
    task<void> read(const http::request&, const tokens::claims&, http::response&) const;
    /// PATCH /users/{id} `{"email"?,"scopes"?,"disabled"?}`: the account; `"email":null` removes it.
    task<void> update(const http::request&, const tokens::claims&, http::response&) const;
    /// DELETE /users/{id}: 204.
    task<void> remove(const http::request&, const tokens::claims&, http::response&) const;
    /// PUT /users/{id}/password `{"password"}`: 204.
    task<void> set_password(const http::request&, const tokens::claims&, http::response&) const;
    /// POST /register `{"username","password","email"?}`, for everybody, when accounts.registration is on:
    /// 201.
    task<void> register_account(const http::request&, http::response&) const;

private:
    task<void> insert(const http::request&, const tokens::claims* administrator, http::response&) const;

    users::user_store& store_;
    const new_passwords& passwords_;
    const wall_clock& clock_;
    const event_log& events_;
};

}  // namespace latchkey::accounts
