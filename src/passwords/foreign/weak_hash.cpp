#include "passwords/foreign/weak_hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>

#include "passwords/encoded_bytes.hpp"
#include "passwords/foreign/pbkdf2.hpp"

namespace latchkey::passwords::foreign {
namespace {

constexpr std::size_t max_salt = 128;
constexpr std::uint32_t min_size = 16;
constexpr std::uint32_t max_size = 64;

using bytes = std::vector<std::uint8_t>;

constexpr std::array<std::string_view, 4> digest_names{"md5", "sha1", "sha256", "sha512"};
constexpr std::array<std::string_view, 5> construction_names{"plain", "prefix", "suffix", "hmac", "pbkdf2"};

const EVP_MD* evp(weak_digest by) noexcept {
    switch (by) {
        case weak_digest::md5:
            return EVP_md5();
        case weak_digest::sha1:
            return EVP_sha1();
        case weak_digest::sha256:
            return EVP_sha256();
        case weak_digest::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

weak_digest weak(digest by) noexcept {
    switch (by) {
        case digest::sha1:
            return weak_digest::sha1;
        case digest::sha256:
            return weak_digest::sha256;
        case digest::sha512:
            return weak_digest::sha512;
    }
    return weak_digest::sha512;
}

bool fits(const weak_scheme& s) noexcept {
    const bool plain = s.construction == weak_construction::plain;
    if (plain != s.salt.empty() || s.salt.size() > max_salt) return false;
    if (s.construction != weak_construction::pbkdf2)
        return s.iterations == 0 && s.size == digest_size(s.digest);
    return s.digest != weak_digest::md5 && s.iterations >= 1 && s.iterations <= max_weak_iterations &&
           s.size >= min_size && s.size <= max_size;
}

/// The digest of that size.
std::optional<weak_digest> digest_of_size(std::size_t size) noexcept {
    for (const auto d : {weak_digest::md5, weak_digest::sha1, weak_digest::sha256, weak_digest::sha512})
        if (digest_size(d) == size) return d;
    return std::nullopt;
}

std::optional<weak_hash> digested(weak_construction how, weak_digest by, std::string_view salt,
                                  std::optional<bytes> tag) {
    if (!tag) return std::nullopt;
    if (salt.empty()) how = weak_construction::plain;
    return make_weak({how, by, 0, digest_size(by), {salt.begin(), salt.end()}}, std::move(*tag));
}

/// Digits of either case; what is stored in the end does not keep them.
std::optional<bytes> from_hex(std::string_view text) {
    std::string lower(text.substr(0, 2 * max_size + 1));
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return decode(lower, encoding::hex, min_size, max_size);
}

std::optional<weak_hash> read_bare(std::string_view text) {
    auto tag = from_hex(text);
    const auto by = tag ? digest_of_size(tag->size()) : std::nullopt;
    return by ? digested(weak_construction::plain, *by, {}, std::move(tag)) : std::nullopt;
}

std::optional<weak_hash> read_django(text_cursor text, weak_digest by) {
    const auto salt = text.until('$');
    return salt ? digested(weak_construction::prefix, by, *salt, from_hex(text.rest())) : std::nullopt;
}

/// The digest and the salt behind it, in one base64.
std::optional<weak_hash> read_ldap(std::string_view text, weak_digest by, bool salted) {
    const std::size_t size = digest_size(by);
    auto both = decode(text, encoding::padded_base64, size + (salted ? 1 : 0), salted ? max_salt : size);
    if (!both) return std::nullopt;
    const std::string salt(both->begin() + static_cast<std::ptrdiff_t>(size), both->end());
    both->resize(size);
    return digested(weak_construction::suffix, by, salt, std::move(both));
}

std::optional<weak_hash> read_pbkdf2(std::string_view text) {
    auto parsed = parse_pbkdf2(text);
    if (!parsed) return std::nullopt;
    const auto size = static_cast<std::uint32_t>(parsed->tag.size());
    return make_weak(
        {weak_construction::pbkdf2, weak(parsed->digest), parsed->iterations, size, std::move(parsed->salt)},
        std::move(parsed->tag));
}

bool mac(const weak_scheme& s, const secret& password, secret& out) {
    static constexpr std::uint8_t nothing = 0;
    unsigned size = 0;
    const auto* text = password.empty() ? &nothing : password.bytes().data();
    return HMAC(evp(s.digest), s.salt.data(), static_cast<int>(s.salt.size()), text, password.size(),
                out.bytes().data(), &size) != nullptr;
}

bool digest_both(const weak_scheme& s, const secret& password, secret& out) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool before = s.construction == weak_construction::prefix;
    const auto salt = [&] { return EVP_DigestUpdate(context.get(), s.salt.data(), s.salt.size()) == 1; };
    return context && EVP_DigestInit_ex(context.get(), evp(s.digest), nullptr) == 1 && (!before || salt()) &&
           EVP_DigestUpdate(context.get(), password.bytes().data(), password.size()) == 1 &&
           (before || salt()) && EVP_DigestFinal_ex(context.get(), out.bytes().data(), nullptr) == 1;
}

bool pbkdf2(const weak_scheme& s, const secret& password, secret& out) {
    const char* text = password.empty() ? "" : password.view().data();
    return PKCS5_PBKDF2_HMAC(text, static_cast<int>(password.size()), s.salt.data(),
                             static_cast<int>(s.salt.size()), static_cast<int>(s.iterations), evp(s.digest),
                             static_cast<int>(out.size()), out.bytes().data()) == 1;
}

template <class Value, std::size_t n>
std::optional<Value> take_name(text_cursor& text, const std::array<std::string_view, n>& names,
                               std::string_view behind) {
    for (std::size_t i = 0; i < n; ++i) {
        text_cursor tried = text;
        if (!tried.skip(names[i]) ||
            !(tried.rest().empty() || behind.find(tried.rest().front()) != behind.npos))
            continue;
        text = tried;
        return static_cast<Value>(i);
    }
    return std::nullopt;
}

}  // namespace

std::uint32_t digest_size(weak_digest by) noexcept {
    switch (by) {
        case weak_digest::md5:
            return 16;
        case weak_digest::sha1:
            return 20;
        case weak_digest::sha256:
            return 32;
        case weak_digest::sha512:
            return 64;
    }
    return 0;
}

std::optional<weak_hash> make_weak(weak_scheme scheme, std::vector<std::uint8_t> tag) {
    if (!fits(scheme) || tag.size() != scheme.size) return std::nullopt;
    return weak_hash{std::move(scheme), std::move(tag)};
}

std::optional<weak_hash> parse_weak(std::string_view stored) {
    constexpr std::size_t longest = 512;
    if (stored.size() > longest) return std::nullopt;
    text_cursor text(stored);
    if (text.skip("md5$")) return read_django(text, weak_digest::md5);
    if (text.skip("sha1$")) return read_django(text, weak_digest::sha1);
    if (text.skip("{MD5}")) return read_ldap(text.rest(), weak_digest::md5, false);
    if (text.skip("{SHA}")) return read_ldap(text.rest(), weak_digest::sha1, false);
    if (text.skip("{SMD5}")) return read_ldap(text.rest(), weak_digest::md5, true);
    if (text.skip("{SSHA}")) return read_ldap(text.rest(), weak_digest::sha1, true);
    if (text.skip("{SSHA256}")) return read_ldap(text.rest(), weak_digest::sha256, true);
    if (text.skip("{SSHA512}")) return read_ldap(text.rest(), weak_digest::sha512, true);
    if (auto hash = read_bare(stored)) return hash;
    return read_pbkdf2(stored);
}

std::string name_of(const weak_scheme& s) {
    std::string out(construction_names[static_cast<std::size_t>(s.construction)]);
    out += '-';
    out += digest_names[static_cast<std::size_t>(s.digest)];
    if (s.construction == weak_construction::pbkdf2)
        out += ",i=" + std::to_string(s.iterations) + ",l=" + std::to_string(s.size);
    return out;
}

std::optional<weak_scheme> take_scheme(text_cursor& text) {
    weak_scheme out;
    const auto how = take_name<weak_construction>(text, construction_names, "-");
    if (!how || !text.skip("-")) return std::nullopt;
    const auto by = take_name<weak_digest>(text, digest_names, ",$");
    if (!by) return std::nullopt;
    out.construction = *how;
    out.digest = *by;
    out.size = digest_size(*by);
    if (*how == weak_construction::pbkdf2) {
        const auto iterations = text.skip(",i=") ? text.number(max_weak_iterations) : std::nullopt;
        const auto size = text.skip(",l=") ? text.number(max_size) : std::nullopt;
        if (!iterations || !size) return std::nullopt;
        out.iterations = *iterations;
        out.size = *size;
    }
    if (!text.skip("$")) return std::nullopt;
    const auto salt = text.until('$');
    auto decoded = salt ? decode(*salt, encoding::base64, 0, max_salt) : std::nullopt;
    if (!decoded) return std::nullopt;
    out.salt = std::move(*decoded);
    return fits(out) ? std::optional(std::move(out)) : std::nullopt;
}

result<secret> compute(const weak_scheme& s, const secret& password) {
    auto out = secret::of_size(s.size);
    const bool done = s.construction == weak_construction::pbkdf2 ? pbkdf2(s, password, out)
                      : s.construction == weak_construction::hmac ? mac(s, password, out)
                                                                  : digest_both(s, password, out);
    if (!done) return errc::out_of_memory;  // the parameters are sound: nothing else is left
    return out;
}

}  // namespace latchkey::passwords::foreign
