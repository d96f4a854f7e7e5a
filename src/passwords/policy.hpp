#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/blocklist/blocklist.hpp"
#include "passwords/blocklist/guessable.hpp"

namespace latchkey::passwords {

/// NIST SP 800-63B-4 section 3.1.1: length counts and being known or expected does, composition does not.
struct policy {
    std::size_t min_length = 15;                   ///< code points, after normalisation
    std::shared_ptr<const blocklist> common = {};  ///< null: nothing is too easy to guess
    context_words service = {};                    ///< what this service is called
};

/// The policy that the settings describe. `list`: for load_blocklist(), whose blocklist_error it throws.
/// `issuer`: a name or a URL.
policy make_policy(std::size_t min_length, const std::filesystem::path& list, std::string_view issuer);

/// Whose password it is: what others may know of the account. Empty: unknown.
struct owner {
    std::string_view username = {};
    std::string_view email = {};
};

/// Bytes of UTF-8 after normalisation; longer passwords are refused when set and never match at login.
inline constexpr std::size_t max_password_size = 1024;

/// What is hashed: the NFC form (RFC 8265, OpaqueString). errc::password_not_utf8, errc::password_too_long.
result<secret> normalize(const secret& password);

/// normalize(), then the policy for a password that is being set. errc::password_too_short and
/// errc::password_too_common as well.
result<secret> admit(const secret& password, const policy&, const owner& = {});

/// Whether the policy refuses a password as known or expected, whatever its length. `normal`: from
/// normalize().
bool is_too_common(const secret& normal, const policy&, const owner&);

}  // namespace latchkey::passwords
