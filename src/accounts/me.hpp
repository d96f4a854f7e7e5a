#pragma once

#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"
#include "users/user_store.hpp"

namespace latchkey::accounts {

/// GET /users/me: the account of the token's subject (account_json.hpp). A subject without an account, such
/// as a client, is errc::not_found.
task<void> read_me(users::user_store&, const http::request&, const tokens::claims&, http::response&);

}  // namespace latchkey::accounts
