#include "passwords/foreign/scrypt.hpp"

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <memory>
#include <new>

#include "passwords/encoded_bytes.hpp"
#include "passwords/text_cursor.hpp"

namespace latchkey::passwords::foreign {
namespace {

constexpr std::size_t max_salt = 128;
constexpr std::size_t min_tag = 16;
constexpr std::size_t max_tag = 64;
constexpr std::uint32_t max_r = 1024;
constexpr std::uint32_t max_p = 1024;
constexpr std::size_t aes_key_size = 32;

using bytes = std::vector<std::uint8_t>;

bool set_cost(scrypt_hash& out, std::optional<std::uint32_t> n, std::optional<std::uint32_t> r,
              std::optional<std::uint32_t> p) noexcept {
    if (!n || !r || !p || !std::has_single_bit(*n)) return false;
    if (!within_caps(static_cast<std::uint32_t>(std::countr_zero(*n)), *r, *p)) return false;
    out.n = *n;
    out.r = *r;
    out.p = *p;
    return true;
}

bool set_text_salt(scrypt_hash& out, std::optional<std::string_view> salt) {
    if (!salt || salt->empty() || salt->size() > max_salt) return false;
    out.salt.assign(salt->begin(), salt->end());
    return true;
}

bool set(bytes& out, std::optional<bytes> decoded) {
    if (decoded) out = std::move(*decoded);
    return decoded.has_value();
}

std::optional<std::uint32_t> power_of_two(std::optional<std::uint32_t> log) noexcept {
    return log && *log < 31 ? std::optional(1U << *log) : std::nullopt;
}

constexpr std::uint32_t any = 1U << 30;

bool read_werkzeug(text_cursor text, scrypt_hash& out) {
    const auto n = text.number(any);
    if (!text.skip(":")) return false;
    const auto r = text.number(max_r);
    if (!text.skip(":")) return false;
    const auto p = text.number(max_p);
    return text.skip("$") && set_cost(out, n, r, p) && set_text_salt(out, text.until('$')) &&
           set(out.tag, decode(text.rest(), encoding::hex, min_tag, max_tag));
}

bool read_django(text_cursor text, scrypt_hash& out) {
    const auto n = text.number(any);
    if (!text.skip("$") || !set_text_salt(out, text.until('$'))) return false;
    const auto r = text.number(max_r);
    if (!text.skip("$")) return false;
    const auto p = text.number(max_p);
    return text.skip("$") && set_cost(out, n, r, p) &&
           set(out.tag, decode(text.rest(), encoding::padded_base64, min_tag, max_tag));
}

/// "…=N", where N stands behind the key.
std::optional<std::uint32_t> keyed(text_cursor& text, std::string_view key, std::uint32_t max) noexcept {
    return text.skip(key) ? text.number(max) : std::nullopt;
}

bool read_passlib(text_cursor text, scrypt_hash& out) {
    const auto n = power_of_two(keyed(text, "ln=", 30));
    const auto r = keyed(text, ",r=", max_r);
    const auto p = keyed(text, ",p=", max_p);
    if (!text.skip("$") || !set_cost(out, n, r, p)) return false;
    const auto salt = text.until('$');
    return salt && set(out.salt, decode(*salt, encoding::base64, 1, max_salt)) &&
           set(out.tag, decode(text.rest(), encoding::base64, min_tag, max_tag));
}

bool read_firebase(text_cursor text, scrypt_hash& out) {
    if (!text.skip("v=1,")) return false;
    const auto n = power_of_two(keyed(text, "n=", 30));
    const auto r = keyed(text, ",r=", max_r);
    const auto p = keyed(text, ",p=", max_p);
    if (!set_cost(out, n, r, p) || !text.skip(",ss=")) return false;
    const auto separator_text = text.until(',');
    if (!separator_text || !text.skip("sk=")) return false;
    const auto signer_text = text.until('$');
    const auto salt_text = text.until('$');
    if (!signer_text || !salt_text) return false;
    const auto separator = decode(*separator_text, encoding::padded_base64, 0, 16);
    if (!separator || !set(out.signer_key, decode(*signer_text, encoding::padded_base64, min_tag, max_tag)) ||
        !set(out.salt, decode(*salt_text, encoding::padded_base64, 1, max_tag)))
        return false;
    out.salt.insert(out.salt.end(), separator->begin(), separator->end());
    // The tag is the encrypted key: as long as it.
    return set(out.tag,
               decode(text.rest(), encoding::padded_base64, out.signer_key.size(), out.signer_key.size()));
}

/// Firebase's last step. False when OpenSSL has no memory.
bool encrypt(const secret& key, const bytes& plain, secret& out) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    const std::array<std::uint8_t, 16> iv{};
    int size = 0;
    return context &&
           EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, key.bytes().data(), iv.data()) ==
               1 &&
           EVP_EncryptUpdate(context.get(), out.bytes().data(), &size, plain.data(),
                             static_cast<int>(plain.size())) == 1 &&
           static_cast<std::size_t>(size) == plain.size();
}

}  // namespace

bool within_caps(std::uint32_t log_n, std::uint64_t r, std::uint64_t p) noexcept {
    if (log_n < 1 || log_n > 24 || r < 1 || r > max_r || p < 1 || p > max_p) return false;
    const std::uint64_t n = std::uint64_t{1} << log_n;
    return log_n < 16 * r &&  // RFC 7914 section 6
           scrypt_memory(n, r) <= max_scrypt_memory && n * r * p <= max_scrypt_work;
}

std::optional<scrypt_hash> parse_scrypt(std::string_view stored) {
    struct format {
        std::string_view name;
        bool (*read)(text_cursor, scrypt_hash&);
    };
    static constexpr format formats[] = {{"scrypt:", read_werkzeug},
                                         {"scrypt$", read_django},
                                         {"$scrypt$", read_passlib},
                                         {"$fbscrypt$", read_firebase}};
    scrypt_hash out;
    for (const auto& f : formats)
        if (text_cursor text(stored); text.skip(f.name))
            return f.read(text, out) ? std::optional(out) : std::nullopt;
    return std::nullopt;
}

workload work_of(const scrypt_hash& hash) noexcept {
    return {work_kind::scrypt, static_cast<double>(hash.n) * hash.r * hash.p};
}

result<bool> verify(const scrypt_hash& hash, const secret& password) {
    const bool firebase = !hash.signer_key.empty();
    auto derived = secret::of_size(firebase ? aes_key_size : hash.tag.size());
    const char* text = password.empty() ? "" : password.view().data();
    const auto room = memory_of(hash) + 1024 * 1024;  // OpenSSL's own bound counts a little more
    if (EVP_PBE_scrypt(text, password.size(), hash.salt.data(), hash.salt.size(), hash.n, hash.r, hash.p,
                       room, derived.bytes().data(), derived.size()) != 1)
        return errc::out_of_memory;  // the parameters are sound: nothing else is left
    if (!firebase) return equal_in_constant_time(std::as_const(derived).bytes(), hash.tag);
    auto tag = secret::of_size(hash.tag.size());
    if (!encrypt(derived, hash.signer_key, tag)) return errc::out_of_memory;
    return equal_in_constant_time(std::as_const(tag).bytes(), hash.tag);
}

}  // namespace latchkey::passwords::foreign
