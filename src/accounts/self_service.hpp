#pragma once

#include "accounts/event_log.hpp"
#include "accounts/new_password.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"
#include "users/authenticator.hpp"
#include "users/user_store.hpp"

namespace latchkey::accounts {

/// PUT /users/me/password `{"current_password","password"}`: 204. Asks for the old password, ends the
/// account's other sessions and every access token; the session that asked refreshes on. A wrong one is
/// errc::wrong_password.
class change_password {
public:
    change_password(users::user_store&, users::authenticator&, const new_passwords&, const event_log&);
    task<void> operator()(const http::request&, const tokens::claims&, http::response&) const;

private:
    users::user_store& store_;
    users::authenticator& authenticator_;
    const new_passwords& passwords_;
    const event_log& events_;
};

}  // namespace latchkey::accounts
