#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "config/values.hpp"
#include "passwords/foreign/weak_hash.hpp"
#include "users/user_store.hpp"

/// What the records of other systems' exports say.
namespace latchkey::cli {

/// An account that can move in.
struct imported_user {
    users::new_user user;  ///< without a hash when that is weak
    std::optional<passwords::foreign::weak_hash> weak;
    std::string kind;  ///< of the hash: `bcrypt`, `prefix-md5`
};
/// One that cannot, and why. The others can all the same.
struct skipped_user {
    std::string name;  ///< at most 80 bytes; may be empty
    std::string reason;
};
/// A record about something else.
struct other_record {};

using import_outcome = std::variant<imported_user, skipped_user, other_record, config::bad_value>;

/// The parameters of a Firebase project's hashes (its console: Authentication, Users, Password hash
/// parameters). The signer key is a secret of the project. It is put into each account's stored text.
struct firebase_parameters {
    std::string signer_key;               ///< base64
    std::string salt_separator = "Bw==";  ///< base64
    std::uint32_t rounds = 8;             ///< scrypt's r
    std::uint32_t mem_cost = 14;          ///< scrypt's N = 2^mem_cost
};

/// The console's text: `hash_config { algorithm: SCRYPT, base64_signer_key: …, base64_salt_separator: …,
/// rounds: 8, mem_cost: 14, }`. Never repeats the key.
config::parsed<firebase_parameters> parse_firebase_config(std::string_view);

struct import_settings {
    unix_time now{};
    firebase_parameters firebase;
    std::vector<std::string> scopes;  ///< that every account gets, sorted
    std::uint64_t memory_budget = 0;  ///< of the hashing threads, bytes
};

/// One of ours: `latchkey user export` (user_line.hpp).
import_outcome read_line_user(std::string_view line, const import_settings&);

using read_object = import_outcome (*)(const boost::json::object&, const import_settings&);

/// `manage.py dumpdata auth.user`, or of another model with `password` and `username` or `email`.
import_outcome read_django_user(const boost::json::object&, const import_settings&);
/// An item of `users` in a realm's export (`kc.sh export --users realm_file` or `different_files`), also of
/// before Keycloak 8.
import_outcome read_keycloak_user(const boost::json::object&, const import_settings&);
/// The file of a bulk import (`password_hash`, `custom_password_hash`), or a line of the export with hashes
/// that Auth0's support makes (`passwordHash`).
import_outcome read_auth0_user(const boost::json::object&, const import_settings&);
/// An item of `users` in what `firebase auth:export FILE.json` writes.
import_outcome read_firebase_user(const boost::json::object&, const import_settings&);
/// A row of `auth.users`, as JSON or with the columns of a CSV as members.
import_outcome read_supabase_user(const boost::json::object&, const import_settings&);

/// `2024-05-01T12:34:56.789Z` and what PostgreSQL writes (`2024-05-01 12:34:56.789012+02`): any fraction, `T`
/// or a blank, any offset or none (UTC).
std::optional<unix_time> parse_timestamp(std::string_view);

}  // namespace latchkey::cli
