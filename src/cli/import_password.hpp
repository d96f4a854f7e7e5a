#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "passwords/foreign/weak_hash.hpp"

/// Which hashes can move in, and how.
namespace latchkey::cli {

struct imported_password {
    std::string text;                                   ///< to store as it is; empty when weak
    std::optional<passwords::foreign::weak_hash> weak;  ///< to be wrapped
    std::string kind;                                   ///< for the report: `bcrypt`, `prefix-md5`
};

/// Nothing when no login could verify it, or it asks for more than the caps.
std::optional<imported_password> judge_password(std::string_view stored);

/// Auth0's `custom_password_hash`: argon2, bcrypt, pbkdf2 and ldap as text; scrypt, hmac, md5, sha1, sha256,
/// sha512 in parts; also the flat members of before 2020.
std::optional<imported_password> auth0_password(const boost::json::object& custom);

/// A password credential with `algorithm`, `hashIterations`, `salt`, `hashedSaltedValue`.
std::optional<imported_password> before_keycloak_8(const boost::json::object& credential);

}  // namespace latchkey::cli
