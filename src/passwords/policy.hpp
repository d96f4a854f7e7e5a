#pragma once

#include <cstddef>

#include "base/errc.hpp"
#include "crypto/secret.hpp"

namespace latchkey::passwords {

/// NIST SP 800-63B-4 section 3.1.1: length counts, composition does not.
struct policy {
    std::size_t min_length = 15;  ///< code points, after normalisation
};

/// Bytes of UTF-8 after normalisation; longer passwords are refused when set and never match at login.
inline constexpr std::size_t max_password_size = 1024;

/// What is hashed: the NFC form (RFC 8265, OpaqueString). errc::password_not_utf8, errc::password_too_long.
result<secret> normalize(const secret& password);

/// normalize(), then the policy for a password that is being set. errc::password_too_short as well.
result<secret> admit(const secret& password, const policy&);

}  // namespace latchkey::passwords
