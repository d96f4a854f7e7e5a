#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "accounts/json_members.hpp"
#include "clients/client.hpp"

namespace latchkey::accounts {

/// A registered client as every answer shows it: never a secret's digest, only its id and age.
boost::json::object to_json(const clients::client&);

/// Takes over the members that a client may have changed; what is wrong, or nothing.
std::optional<std::string> apply_members(json_members&, clients::client&);

}  // namespace latchkey::accounts
