#include "cli/import_password.hpp"

#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <vector>

#include "passwords/encoded_bytes.hpp"
#include "passwords/stored_hash.hpp"

namespace latchkey::cli {

namespace {

using boost::json::object;
using passwords::encoding;
using namespace passwords::foreign;

using bytes = std::vector<std::uint8_t>;

std::string_view text_of(const object& from, std::string_view name, std::string_view otherwise = {}) {
    const auto* const v = from.if_contains(name);
    const auto* const s = v != nullptr ? v->if_string() : nullptr;
    return s != nullptr ? std::string_view(*s) : otherwise;
}

/// Decimal, from a JSON number or text.
std::string number_of(const object& from, std::string_view name, std::string_view otherwise) {
    const auto* const v = from.if_contains(name);
    if (v != nullptr && v->is_int64()) return std::to_string(v->get_int64());
    return std::string(text_of(from, name, otherwise));
}

const object& object_in(const object& from, std::string_view name) {
    static const object nothing;
    const auto* const v = from.if_contains(name);
    return v != nullptr && v->is_object() ? v->get_object() : nothing;
}

struct kind_name {
    std::string_view prefix;
    std::string_view kind;
};

std::string kind_of(std::string_view stored) {
    static constexpr kind_name kinds[] = {
        {"$argon2id$", "argon2id"},
        {"argon2$argon2id$", "argon2id"},
        {"$argon2i$", "argon2i"},
        {"argon2$argon2i$", "argon2i"},
        {"$wrapped$", "wrapped"},
        {"bcrypt_sha256$", "bcrypt-sha256"},
        {"bcrypt$", "bcrypt"},
        {"$2", "bcrypt"},
        {"$6$", "sha512-crypt"},
        {"$7$", "scrypt"},
        {"$y$", "yescrypt"},
        {"$fbscrypt$", "firebase-scrypt"},
        {"scrypt", "scrypt"},
        {"$scrypt", "scrypt"},
        {"pbkdf2_sha256$", "pbkdf2-sha256"},
        {"$pbkdf2-sha256$", "pbkdf2-sha256"},
        {"pbkdf2:sha256", "pbkdf2-sha256"},
        {"$pbkdf2-sha512$", "pbkdf2-sha512"},
        {"pbkdf2:sha512", "pbkdf2-sha512"},
        {"pbkdf2", "pbkdf2-sha1"},
        {"$pbkdf2", "pbkdf2-sha1"},
    };
    for (const auto& [prefix, kind] : kinds)
        if (stored.starts_with(prefix)) return std::string(kind);
    return "other";
}

std::string kind_of(const weak_scheme& s) {
    auto name = name_of(s);
    return name.substr(0, name.rfind(",l="));  // `pbkdf2-sha256,i=27500`
}

imported_password weak_password(weak_hash weak) {
    auto kind = kind_of(weak.scheme);
    return {{}, std::move(weak), std::move(kind)};
}

std::string padded(std::string_view base64) {
    std::string out(base64);
    std::ranges::replace(out, '-', '+');
    std::ranges::replace(out, '_', '/');
    while (!out.empty() && out.size() % 4 != 0)
        out += '=';
    return out;
}

/// A value in the encoding it names.
std::optional<bytes> value_in(std::string_view value, std::string_view how) {
    constexpr std::size_t most = 128;
    if (how == "base64") return passwords::decode(padded(value), encoding::padded_base64, 1, most);
    if (how == "hex") {
        std::string lower(value);
        std::ranges::transform(lower, lower.begin(),
                               [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        return passwords::decode(lower, encoding::hex, 1, most);
    }
    if (how != "utf8" || value.empty() || value.size() > most) return std::nullopt;
    return bytes(value.begin(), value.end());
}

std::optional<bytes> value_of(const object& part, std::string_view encoding_otherwise) {
    return value_in(text_of(part, "value"), text_of(part, "encoding", encoding_otherwise));
}

std::optional<weak_digest> digest_named(std::string_view name) {
    if (name == "md5") return weak_digest::md5;
    if (name == "sha1") return weak_digest::sha1;
    if (name == "sha256") return weak_digest::sha256;
    if (name == "sha512") return weak_digest::sha512;
    return std::nullopt;
}

std::optional<imported_password> digested(weak_construction how, std::optional<weak_digest> by, bytes salt,
                                          std::optional<bytes> tag) {
    if (!by || !tag) return std::nullopt;
    if (salt.empty() && how != weak_construction::hmac) how = weak_construction::plain;
    auto weak = make_weak({how, *by, 0, digest_size(*by), std::move(salt)}, std::move(*tag));
    return weak ? std::optional(weak_password(std::move(*weak))) : std::nullopt;
}

std::string base64(const bytes& from) {
    std::string out;
    passwords::append_base64(out, from);
    return out;
}

/// `$pbkdf2-sha512$i=100000,l=64$salt$hash`: the PHC text with its two defaults.
std::optional<imported_password> phc_pbkdf2(std::string_view text) {
    passwords::text_cursor at(text);
    if (!at.skip("$")) return std::nullopt;
    const auto name = at.until('$');
    if (!name || (*name != "pbkdf2-sha256" && *name != "pbkdf2-sha512" && *name != "pbkdf2-sha1"))
        return std::nullopt;
    std::string iterations = "100000";
    if (at.rest().starts_with("i=") || at.rest().starts_with("l=")) {
        const auto parameters = at.until('$');
        if (!parameters) return std::nullopt;
        if (const auto i = parameters->find("i="); i != parameters->npos)
            iterations = parameters->substr(i + 2, parameters->substr(i + 2).find(','));
    }
    std::string rest(at.rest());
    std::ranges::replace(rest, '+', '.');
    const std::string_view passlib = *name == "pbkdf2-sha1" ? "pbkdf2" : *name;
    return judge_password("$" + std::string(passlib) + "$" + iterations + "$" + rest);
}

/// Of before 2020: `hash` a text, `salt_prefix` and `salt_suffix`.
std::optional<imported_password> flat_digest(const object& custom, weak_digest by) {
    const auto before = text_of(custom, "salt_prefix"), behind = text_of(custom, "salt_suffix");
    if (!before.empty() && !behind.empty()) return std::nullopt;
    const auto salt = before.empty() ? behind : before;
    return digested(before.empty() ? weak_construction::suffix : weak_construction::prefix, by,
                    {salt.begin(), salt.end()},
                    value_in(text_of(custom, "hash"), text_of(custom, "encoding", "hex")));
}

std::optional<imported_password> auth0_scrypt(const object& custom) {
    const auto tag = value_of(object_in(custom, "hash"), "base64");
    const auto salt = value_of(object_in(custom, "salt"), "utf8");
    if (!tag || !salt) return std::nullopt;
    const auto n = number_of(custom, "cost", "16384");
    std::uint32_t log = 0;
    while (log < 31 && std::to_string(std::uint64_t{1} << log) != n)
        ++log;
    return judge_password("$scrypt$ln=" + std::to_string(log) + ",r=" + number_of(custom, "blockSize", "8") +
                          ",p=" + number_of(custom, "parallelization", "1") + "$" + base64(*salt) + "$" +
                          base64(*tag));
}

std::optional<imported_password> auth0_hmac(const object& hash) {
    const auto key = value_of(object_in(hash, "key"), "utf8");
    if (!key) return std::nullopt;
    return digested(weak_construction::hmac, digest_named(text_of(hash, "digest")), *key,
                    value_of(hash, "hex"));
}

std::optional<imported_password> auth0_digest(const object& custom, weak_digest by) {
    const auto& hash = object_in(custom, "hash");
    if (hash.empty()) return flat_digest(custom, by);
    const auto& salt_part = object_in(custom, "salt");
    const auto salt = salt_part.empty() ? std::optional(bytes()) : value_of(salt_part, "utf8");
    if (!salt) return std::nullopt;
    const auto place = text_of(salt_part, "position", "prefix");
    if (place != "prefix" && place != "suffix") return std::nullopt;
    return digested(place == "prefix" ? weak_construction::prefix : weak_construction::suffix, by, *salt,
                    value_of(hash, "hex"));
}

}  // namespace

std::optional<imported_password> judge_password(std::string_view stored) {
    if (auto weak = parse_weak(stored)) return weak_password(std::move(*weak));
    if (!passwords::parse_stored(stored)) return std::nullopt;
    return imported_password{std::string(stored), {}, kind_of(stored)};
}

std::optional<imported_password> auth0_password(const object& custom) {
    const auto encoded = text_of(object_in(custom, "password"), "encoding", "utf8");
    if (encoded != "utf8" && encoded != "ascii") return std::nullopt;  // we hash UTF-8
    const auto algorithm = text_of(custom, "algorithm");
    const auto& hash = object_in(custom, "hash");
    const auto text = hash.empty() ? text_of(custom, "hash") : text_of(hash, "value");
    if (algorithm == "argon2" || algorithm == "bcrypt" || algorithm == "ldap") return judge_password(text);
    if (algorithm == "pbkdf2") return phc_pbkdf2(text);
    if (algorithm == "scrypt") return auth0_scrypt(custom);
    if (algorithm == "hmac") return auth0_hmac(hash);
    const auto by = digest_named(algorithm);
    return by ? auth0_digest(custom, *by) : std::nullopt;
}

std::optional<imported_password> before_keycloak_8(const object& credential) {
    const auto algorithm = text_of(credential, "algorithm");
    if (algorithm != "pbkdf2" && algorithm != "pbkdf2-sha256" && algorithm != "pbkdf2-sha512")
        return std::nullopt;
    const auto salt = value_in(text_of(credential, "salt"), "base64");
    const auto tag = value_in(text_of(credential, "hashedSaltedValue"), "base64");
    if (!salt || !tag) return std::nullopt;
    auto rest = base64(*salt) + "$" + base64(*tag);
    std::ranges::replace(rest, '+', '.');
    return judge_password("$" + std::string(algorithm) + "$" + number_of(credential, "hashIterations", "1") +
                          "$" + rest);
}

}  // namespace latchkey::cli
