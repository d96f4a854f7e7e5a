#include "passwords/foreign/crypt_hash.hpp"

#include <crypt.h>
#include <openssl/evp.h>
#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "passwords/foreign/scrypt.hpp"
#include "passwords/text_cursor.hpp"

namespace latchkey::passwords::foreign {
namespace {

/// crypt(3)'s digits: `.`, `/`, 0–9, A–Z, a–z.
std::optional<std::uint32_t> digit(char c) noexcept {
    constexpr std::string_view all = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const auto at = all.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint32_t>(at));
}

bool digits_only(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return digit(c).has_value(); });
}

// "$2b$12$", 22 of salt, 31 of hash.
constexpr std::size_t bcrypt_tag_at = 29;
constexpr std::size_t bcrypt_size = 60;

std::optional<crypt_hash> read_bcrypt(std::string_view stored) {
    if (stored.size() != bcrypt_size || stored[6] != '$' || !digits_only(stored.substr(7)))
        return std::nullopt;
    const auto tens = static_cast<std::uint32_t>(stored[4] - '0');
    const auto ones = static_cast<std::uint32_t>(stored[5] - '0');
    if (tens > 1 || ones > 9) return std::nullopt;
    const auto cost = 10 * tens + ones;
    if (cost < 4 || cost > max_bcrypt_cost) return std::nullopt;
    return crypt_hash{std::string(stored), {work_kind::bcrypt, static_cast<double>(1U << cost)}, 0, false};
}

std::optional<crypt_hash> read_sha512(std::string_view stored) {
    text_cursor text(stored.substr(3));
    std::uint32_t rounds = 5000;
    if (text.skip("rounds=")) {
        const auto given = text.number(max_sha512_rounds);
        if (!given || *given < 1000 || !text.skip("$")) return std::nullopt;
        rounds = *given;
    }
    const auto salt = text.until('$');
    if (!salt || salt->size() > 16 || !digits_only(*salt) || text.rest().size() != 86 ||
        !digits_only(text.rest()))
        return std::nullopt;
    return crypt_hash{std::string(stored), {work_kind::sha512_crypt, static_cast<double>(rounds)}, 0, false};
}

/// Five digits, the low one first.
std::optional<std::uint32_t> thirty_bits(std::string_view text) noexcept {
    if (text.size() < 5) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const auto d = digit(text[i]);
        if (!d) return std::nullopt;
        value |= *d << (6 * i);
    }
    return value;
}

crypt_hash memory_hard(std::string_view stored, work_kind kind, std::uint32_t log_n, std::uint64_t r,
                       std::uint64_t p) {
    const std::uint64_t n = std::uint64_t{1} << log_n;
    return {std::string(stored),
            {kind, static_cast<double>(n * r * p)},
            scrypt_memory(n, r) + 128 * r * p,
            false};
}

/// The rest of `$7$…` and `$y$…` behind the cost: salt, `$`, 43 digits of hash.
bool salt_and_hash(std::string_view text) noexcept {
    const auto separator = text.rfind('$');
    if (separator > 86) return false;  // and where there is none: npos
    return digits_only(text.substr(0, separator)) && text.size() - separator - 1 == 43 &&
           digits_only(text.substr(separator + 1));
}

std::optional<crypt_hash> read_scrypt7(std::string_view stored) {
    const auto text = stored.substr(3);
    if (text.size() < 11 || !salt_and_hash(text.substr(11))) return std::nullopt;
    const auto log_n = digit(text[0]);
    const auto r = thirty_bits(text.substr(1));
    const auto p = thirty_bits(text.substr(6));
    if (!log_n || !r || !p || !within_caps(*log_n, *r, *p)) return std::nullopt;
    return memory_hard(stored, work_kind::scrypt, *log_n, *r, *p);
}

/// yescrypt's numbers: the first digit tells how many follow (decode64_uint32() of yescrypt-common.c).
std::optional<std::uint32_t> yescrypt_number(std::string_view& text, std::uint32_t min) noexcept {
    if (text.empty()) return std::nullopt;
    auto d = digit(text.front());
    text.remove_prefix(1);
    if (!d) return std::nullopt;
    std::uint64_t value = min;
    std::uint32_t start = 0, end = 47, more = 0;
    while (*d > end) {
        value += std::uint64_t{end + 1 - start} << (6 * more);
        start = end + 1;
        end = start + (62 - end) / 2;
        ++more;
    }
    value += std::uint64_t{*d - start} << (6 * more);
    while (more-- > 0) {
        if (text.empty() || !(d = digit(text.front()))) return std::nullopt;
        text.remove_prefix(1);
        value += std::uint64_t{*d} << (6 * more);
    }
    return value <= 0xFFFFFFFF ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
}

std::optional<crypt_hash> read_yescrypt(std::string_view stored) {
    auto text = stored.substr(3);
    const auto flavour = yescrypt_number(text, 0);
    const auto log_n = yescrypt_number(text, 1);
    const auto r = yescrypt_number(text, 1);
    // More would be p, t, upgrades or a ROM; nobody's login system writes them.
    if (!flavour || !log_n || !r || text.empty() || text.front() != '$' || !within_caps(*log_n, *r, 1))
        return std::nullopt;
    if (!salt_and_hash(text.substr(1))) return std::nullopt;
    return memory_hard(stored, work_kind::yescrypt, *log_n, *r, 1);
}

/// crypt(3)'s work area: 32 KiB, full of what depends on the password.
class work_area {
public:
    work_area() : data_(std::make_unique<crypt_data>()) {}
    work_area(const work_area&) = delete;
    work_area& operator=(const work_area&) = delete;
    ~work_area() { sodium_memzero(data_.get(), sizeof *data_); }
    crypt_data* get() noexcept { return data_.get(); }

private:
    std::unique_ptr<crypt_data> data_;
};

/// A C string of at most `limit` bytes, up to a NUL.
secret phrase_of(std::string_view password, std::size_t limit) {
    const auto size = std::min({password.size(), limit, password.find('\0')});
    auto phrase = secret::of_size(size + 1);
    std::copy_n(password.begin(), size, phrase.bytes().begin());
    return phrase;
}

/// Lower-case hexadecimal of SHA-256.
secret sha256_hex(const secret& password) {
    auto digest = secret::of_size(32);
    EVP_Digest(password.bytes().data(), password.size(), digest.bytes().data(), nullptr, EVP_sha256(),
               nullptr);
    auto hex = secret::of_size(65);
    sodium_bin2hex(reinterpret_cast<char*>(hex.bytes().data()), hex.size(), digest.bytes().data(),
                   digest.size());
    return secret(hex.view().substr(0, 64));
}

}  // namespace

std::optional<crypt_hash> parse_crypt(std::string_view stored) {
    text_cursor text(stored);
    const bool prehash = text.skip("bcrypt_sha256$");
    const bool django = prehash || text.skip("bcrypt$");  // its name before the real thing
    stored = text.rest();
    for (const std::string_view name : {"$2a$", "$2b$", "$2y$"})
        if (stored.starts_with(name)) {
            auto hash = read_bcrypt(stored);
            if (hash) hash->prehash = prehash;
            return hash;
        }
    if (django) return std::nullopt;
    if (stored.starts_with("$6$")) return read_sha512(stored);
    if (stored.starts_with("$7$")) return read_scrypt7(stored);
    if (stored.starts_with("$y$")) return read_yescrypt(stored);
    return std::nullopt;
}

result<bool> verify(const crypt_hash& hash, const secret& password) {
    constexpr std::size_t bcrypt_reads = 72;
    const bool bcrypt = hash.work.kind == work_kind::bcrypt;
    const std::size_t limit = bcrypt ? bcrypt_reads : CRYPT_MAX_PASSPHRASE_SIZE - 1;
    const secret given = hash.prehash ? sha256_hex(password) : password.clone();
    const bool expressible =
        given.view().find('\0') == std::string_view::npos && (bcrypt || given.size() <= limit);
    const auto phrase = phrase_of(given.view(), limit);

    work_area area;
    errno = 0;
    const char* computed = crypt_rn(phrase.view().data(), hash.text.c_str(), area.get(), sizeof(crypt_data));
    if (computed == nullptr) return errno == ENOMEM ? errc::out_of_memory : errc::unsupported_hash;
    // Four bits of bcrypt's last digit of salt mean nothing. Some wrote them as they fell (passlib
    // before 1.5.3), libxcrypt writes zeros.
    const std::size_t tag_at = bcrypt ? bcrypt_tag_at : 0;
    return equal_in_constant_time(std::string_view(computed).substr(tag_at),
                                  std::string_view(hash.text).substr(tag_at)) &&
           expressible;
}

}  // namespace latchkey::passwords::foreign
