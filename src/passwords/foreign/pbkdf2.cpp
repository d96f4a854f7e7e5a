#include "passwords/foreign/pbkdf2.hpp"

#include <openssl/evp.h>

#include "passwords/encoded_bytes.hpp"
#include "passwords/text_cursor.hpp"

namespace latchkey::passwords::foreign {
namespace {

constexpr std::size_t max_salt = 128;
constexpr std::size_t min_tag = 16;
constexpr std::size_t max_tag = 64;

using bytes = std::optional<std::vector<std::uint8_t>>;

/// Frameworks that write the salt as plain text hash those characters.
bytes plain(std::string_view text) {
    if (text.empty() || text.size() > max_salt) return std::nullopt;
    return std::vector<std::uint8_t>(text.begin(), text.end());
}

std::optional<pbkdf2_hash> with(digest by, std::uint32_t iterations, bytes salt, bytes tag) {
    if (!salt || !tag) return std::nullopt;
    pbkdf2_hash hash{by, iterations, std::move(*salt), std::move(*tag)};
    return work_of(hash).units <= max_pbkdf2_iterations ? std::optional(std::move(hash)) : std::nullopt;
}

/// The three fields after the name: iterations, salt, tag.
std::optional<pbkdf2_hash> fields(text_cursor text, digest by, encoding tag, bool salt_is_text) {
    const auto iterations = text.number(max_pbkdf2_iterations);
    if (!iterations || !text.skip("$")) return std::nullopt;
    const auto salt = text.until('$');
    if (!salt) return std::nullopt;
    return with(by, *iterations, salt_is_text ? plain(*salt) : decode(*salt, tag, 1, max_salt),
                decode(text.rest(), tag, min_tag, max_tag));
}

const EVP_MD* evp(digest by) noexcept {
    switch (by) {
        case digest::sha1:
            return EVP_sha1();
        case digest::sha256:
            return EVP_sha256();
        case digest::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

}  // namespace

std::optional<pbkdf2_hash> parse_pbkdf2(std::string_view stored) {
    struct format {
        std::string_view name;
        foreign::digest digest;
        encoding tag;
        bool salt_is_text;
    };
    static constexpr format formats[] = {
        {"pbkdf2_sha256$", digest::sha256, encoding::padded_base64, true},
        {"pbkdf2_sha1$", digest::sha1, encoding::padded_base64, true},
        {"$pbkdf2-sha256$", digest::sha256, encoding::dotted_base64, false},
        {"$pbkdf2-sha512$", digest::sha512, encoding::dotted_base64, false},
        {"$pbkdf2$", digest::sha1, encoding::dotted_base64, false},
        {"pbkdf2:sha256:", digest::sha256, encoding::hex, true},
        {"pbkdf2:sha512:", digest::sha512, encoding::hex, true},
        {"pbkdf2:sha1:", digest::sha1, encoding::hex, true},
    };
    for (const auto& f : formats)
        if (text_cursor text(stored); text.skip(f.name)) return fields(text, f.digest, f.tag, f.salt_is_text);
    return std::nullopt;
}

workload work_of(const pbkdf2_hash& hash) noexcept {
    const std::size_t output = hash.digest == digest::sha1 ? 20 : hash.digest == digest::sha256 ? 32 : 64;
    const std::size_t blocks = (hash.tag.size() + output - 1) / output;
    return {work_kind::pbkdf2, static_cast<double>(blocks * hash.iterations)};
}

result<bool> verify(const pbkdf2_hash& hash, const secret& password) {
    auto tag = secret::of_size(hash.tag.size());
    const char* text = password.empty() ? "" : password.view().data();
    if (PKCS5_PBKDF2_HMAC(text, static_cast<int>(password.size()), hash.salt.data(),
                          static_cast<int>(hash.salt.size()), static_cast<int>(hash.iterations),
                          evp(hash.digest), static_cast<int>(hash.tag.size()), tag.bytes().data()) != 1)
        return errc::out_of_memory;  // the parameters are sound: nothing else is left
    return equal_in_constant_time(std::as_const(tag).bytes(), hash.tag);
}

}  // namespace latchkey::passwords::foreign
