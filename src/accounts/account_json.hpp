#pragma once

#include <boost/json/object.hpp>

#include "users/user.hpp"

namespace latchkey::accounts {

/// How an account looks in every answer: `id`, `username`, `email` (if any), `scopes`, `disabled`,
/// `created_at`, `updated_at`; times as RFC 3339 in UTC. Never the password's hash.
boost::json::object to_json(const users::user&);

}  // namespace latchkey::accounts
