#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/text_cursor.hpp"

/// Hashes too fast to be kept: whoever copies the store guesses millions of passwords a second. They are
/// never stored as they are but wrapped in Argon2id (passwords/wrapped_hash.hpp).
namespace latchkey::passwords::foreign {

enum class weak_digest : std::uint8_t { md5, sha1, sha256, sha512 };

/// What is hashed. `plain`: the password; `prefix`: salt, password; `suffix`: password, salt; `hmac`: the
/// password under the salt as key (RFC 2104); `pbkdf2`: RFC 8018 section 5.2.
enum class weak_construction : std::uint8_t { plain, prefix, suffix, hmac, pbkdf2 };

/// How a weak hash comes from a password.
struct weak_scheme {
    weak_construction construction = weak_construction::plain;
    weak_digest digest = weak_digest::md5;
    std::uint32_t iterations = 0;    ///< PBKDF2 only: 1 to max_weak_iterations
    std::uint32_t size = 16;         ///< bytes that come out: the digest's; of PBKDF2 16 to 64
    std::vector<std::uint8_t> salt;  ///< 1 to 128 bytes; none when plain
    bool operator==(const weak_scheme&) const = default;
};

struct weak_hash {
    weak_scheme scheme;
    std::vector<std::uint8_t> tag;  ///< scheme.size bytes
};

/// PBKDF2 with fewer iterations than this is weak: a sixth of what OWASP asks for with SHA-256.
inline constexpr std::uint32_t max_weak_iterations = 99'999;

/// `md5$salt$hex`, `sha1$salt$hex` (Django: salt before the password; without a salt if that is empty) · 32,
/// 40, 64 or 128 hexadecimal digits: unsalted MD5, SHA-1, SHA-256, SHA-512 · `{MD5} {SHA} {SMD5} {SSHA}
/// {SSHA256} {SSHA512}` and base64 (RFC 2307, OpenLDAP: salt behind the password) · every text of
/// parse_pbkdf2() with few iterations. Nothing for anything else.
std::optional<weak_hash> parse_weak(std::string_view);

/// A scheme and a tag as other formats state them in parts; nothing when the sizes do not fit.
std::optional<weak_hash> make_weak(weak_scheme, std::vector<std::uint8_t> tag);

std::uint32_t digest_size(weak_digest) noexcept;

/// `prefix-md5`, `pbkdf2-sha256,i=27500,l=64`: all but the salt.
std::string name_of(const weak_scheme&);
/// The name, `$`, the salt in base64 without padding, `$`: taken off the front. Nothing unless canonical.
std::optional<weak_scheme> take_scheme(text_cursor&);

/// The `size` bytes for this password. errc::out_of_memory.
result<secret> compute(const weak_scheme&, const secret& password);

}  // namespace latchkey::passwords::foreign
