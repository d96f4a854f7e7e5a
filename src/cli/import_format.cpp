#include "cli/import_format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "cli/import_password.hpp"
#include "cli/user_line.hpp"
#include "passwords/foreign/keycloak.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

using boost::json::object;
using config::bad_value;

/// A member's text; empty when it is missing, null or something else.
std::string_view text_of(const object& from, std::string_view name) {
    const auto* const v = from.if_contains(name);
    const auto* const s = v != nullptr ? v->if_string() : nullptr;
    return s != nullptr ? std::string_view(*s) : std::string_view();
}

/// Also as a CSV has it.
bool is_true(const object& from, std::string_view name, bool otherwise = false) {
    const auto* const v = from.if_contains(name);
    if (v == nullptr || v->is_null()) return otherwise;
    if (const auto* const b = v->if_bool()) return *b;
    const auto text = text_of(from, name);
    return text == "true" || text == "t";
}

std::string_view first_of(std::string_view a, std::string_view b) {
    return a.empty() ? b : a;
}

std::string shown(std::string_view name) {
    constexpr std::size_t most = 80;
    auto end = std::min(name.size(), most);
    while (end > 0 && end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
        --end;  // not in the middle of a character
    return std::string(name.substr(0, end));
}

/// What all formats say of an account, and how it is made of that.
class account {
public:
    account(const import_settings& settings, std::string_view name) : settings_(settings), name_(name) {
        stored().user.created_at = settings.now;
        stored().user.scopes = settings.scopes;
    }

    void email(std::string_view given) {
        if (auto parsed = users::parse_email(given)) stored().user.email = std::move(*parsed);
    }
    void disabled(bool is) { stored().user.disabled = is; }
    void created(std::optional<unix_time> at) {
        if (at) stored().user.created_at = std::min(*at, settings_.now);
    }
    /// Kept when it is a UUID, so that what other data bases refer to stays true.
    void id(std::string_view given) { id_ = crypto::uuid::parse(given); }

    import_outcome skip(std::string why) const { return skipped_user{shown(name_), std::move(why)}; }

    import_outcome finish(const std::optional<imported_password>& password) {
        auto name = users::parse_username(name_);
        if (name_.empty()) return skip("has no user name");
        if (!name)
            return skip("its name is not 1 to 255 printable bytes of UTF-8 without blanks at the ends");
        if (!password) return skip("its hash is of no kind that is understood, or costs too much to verify");
        auto& user = stored().user;
        user.username = std::move(name->display);
        made_.user.canonical = std::move(name->canonical);
        user.updated_at = user.password_changed_at = user.created_at;
        user.id = {id_.value_or(crypto::uuid::v7(user.created_at))};
        stored().password_hash = password->text;
        made_.weak = password->weak;
        made_.kind = password->kind;
        return std::move(made_);
    }

private:
    users::stored_user& stored() { return made_.user.stored; }
    const import_settings& settings_;
    std::string_view name_;
    std::optional<crypto::uuid> id_;
    imported_user made_;
};

/// Milliseconds since 1970, as a number or as text.
std::optional<unix_time> milliseconds_of(const object& from, std::string_view name) {
    const auto* const v = from.if_contains(name);
    std::int64_t n = 0;
    if (v != nullptr && v->is_int64()) n = v->get_int64();
    const auto text = text_of(from, name);
    if (!text.empty() && std::from_chars(text.data(), text.data() + text.size(), n).ec != std::errc())
        return std::nullopt;
    constexpr std::int64_t year_9999 = 253'402'300'799'999;
    return n > 0 && n <= year_9999 ? std::optional(unix_time(std::chrono::milliseconds(n))) : std::nullopt;
}

/// The first credential that is a password.
std::optional<imported_password> keycloak_password(const object& user, bool& found) {
    const auto* const all = user.if_contains("credentials");
    if (all == nullptr || !all->is_array()) return std::nullopt;
    for (const auto& each : all->get_array()) {
        if (!each.is_object() || text_of(each.get_object(), "type") != "password") continue;
        found = true;
        const auto& credential = each.get_object();
        if (credential.contains("secretData"))
            if (auto text = passwords::foreign::from_keycloak(text_of(credential, "credentialData"),
                                                              text_of(credential, "secretData")))
                return judge_password(*text);
        if (!credential.contains("hashedSaltedValue")) return std::nullopt;
        return before_keycloak_8(credential);
    }
    return std::nullopt;
}

/// `-` and `_` of the base64 for URLs as `+` and `/`; with padding.
std::string plain_base64(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '-', '+');
    std::ranges::replace(out, '_', '/');
    while (!out.empty() && out.size() % 4 != 0)
        out += '=';
    return out;
}

std::string firebase_text(const firebase_parameters& by, std::string_view salt, std::string_view hash) {
    return "$fbscrypt$v=1,n=" + std::to_string(by.mem_cost) + ",r=" + std::to_string(by.rounds) +
           ",p=1,ss=" + by.salt_separator + ",sk=" + by.signer_key + "$" + plain_base64(salt) + "$" +
           plain_base64(hash);
}

std::optional<int> digits(std::string_view& text, std::size_t n) {
    int value = 0;
    if (text.size() < n) return std::nullopt;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + n, value);
    if (failed != std::errc() || end != text.data() + n || text.front() == '-') return std::nullopt;
    text.remove_prefix(n);
    return value;
}

bool skip(std::string_view& text, std::string_view any) {
    if (text.empty() || any.find(text.front()) == any.npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Milliseconds of `.789012`.
int fraction(std::string_view& text) {
    if (!skip(text, ".")) return 0;
    int value = 0, place = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value += place * (text.front() - '0');
        place /= 10;
        text.remove_prefix(1);
    }
    return value;
}

/// Of `Z`, nothing, `+02`, `+0200`, `+02:00`.
std::optional<std::chrono::minutes> offset(std::string_view text) {
    if (text.empty() || text == "Z") return std::chrono::minutes(0);
    const int sign = text.front() == '-' ? -1 : 1;
    if (!skip(text, "+-")) return std::nullopt;
    const auto hours = digits(text, 2);
    skip(text, ":");
    const auto minutes = text.empty() ? std::optional(0) : digits(text, 2);
    if (!hours || !minutes || !text.empty()) return std::nullopt;
    return sign * std::chrono::minutes(60 * *hours + *minutes);
}

}  // namespace

std::optional<unix_time> parse_timestamp(std::string_view text) {
    const auto y = digits(text, 4);
    const auto mo = y && skip(text, "-") ? digits(text, 2) : std::nullopt;
    const auto d = mo && skip(text, "-") ? digits(text, 2) : std::nullopt;
    const auto h = d && skip(text, "T ") ? digits(text, 2) : std::nullopt;
    const auto mi = h && skip(text, ":") ? digits(text, 2) : std::nullopt;
    const auto s = mi && skip(text, ":") ? digits(text, 2) : std::nullopt;
    if (!s || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
    const int ms = fraction(text);
    const auto away = offset(text);
    const std::chrono::year_month_day date{std::chrono::year(*y),
                                           std::chrono::month(static_cast<unsigned>(*mo)),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!away || !date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*h) + std::chrono::minutes(*mi) +
           std::chrono::seconds(*s) + std::chrono::milliseconds(ms) - *away;
}

import_outcome read_line_user(std::string_view line, const import_settings& settings) {
    auto parsed = parse_user_line(line, settings.now);
    if (!parsed) return parsed.error();
    auto password = judge_password(parsed->stored.password_hash);
    if (!password) return bad_value("`password_hash` is of no kind that is understood", {});
    imported_user made{{std::move(parsed->stored), std::move(parsed->canonical)}, {}, password->kind};
    auto& scopes = made.user.stored.user.scopes;
    std::vector<std::string> both;
    std::ranges::set_union(scopes, settings.scopes, std::back_inserter(both));
    scopes = std::move(both);
    made.user.stored.password_hash = password->text;
    made.weak = std::move(password->weak);
    return made;
}

import_outcome read_django_user(const object& record, const import_settings& settings) {
    const auto* const inside = record.if_contains("fields");
    if (inside == nullptr || !inside->is_object() || !record.contains("model"))
        return bad_value("is not a record of Django's dumpdata", "manage.py dumpdata auth.user");
    const auto& fields = inside->get_object();
    if (!fields.contains("password")) return other_record{};
    const auto email = text_of(fields, "email");
    account made(settings, first_of(text_of(fields, "username"), email));
    const auto password = text_of(fields, "password");
    if (password.empty() || password.front() == '!') return made.skip("has no usable password");
    made.email(email);
    made.disabled(!is_true(fields, "is_active", true));
    made.created(parse_timestamp(text_of(fields, "date_joined")));
    return made.finish(judge_password(password));
}

import_outcome read_keycloak_user(const object& user, const import_settings& settings) {
    const auto email = text_of(user, "email");
    account made(settings, first_of(text_of(user, "username"), email));
    if (!text_of(user, "serviceAccountClientId").empty()) return made.skip("is a client's service account");
    made.email(email);
    made.id(text_of(user, "id"));
    made.disabled(!is_true(user, "enabled", true));
    made.created(milliseconds_of(user, "createdTimestamp"));
    bool found = false;
    const auto password = keycloak_password(user, found);
    return found ? made.finish(password) : made.skip("has no password");
}

import_outcome read_auth0_user(const object& user, const import_settings& settings) {
    const auto email = text_of(user, "email");
    account made(settings, first_of(text_of(user, "username"), email));
    made.email(email);
    made.disabled(is_true(user, "blocked"));
    made.created(parse_timestamp(text_of(user, "created_at")));
    const auto bcrypt = first_of(text_of(user, "password_hash"), text_of(user, "passwordHash"));
    if (!bcrypt.empty()) return made.finish(judge_password(bcrypt));
    const auto* const custom = user.if_contains("custom_password_hash");
    if (custom == nullptr || !custom->is_object()) return made.skip("has no password");
    return made.finish(auth0_password(custom->get_object()));
}

import_outcome read_firebase_user(const object& user, const import_settings& settings) {
    const auto email = text_of(user, "email");
    account made(settings, email);
    if (email.empty()) return account(settings, text_of(user, "localId")).skip("has no e-mail address");
    const auto hash = text_of(user, "passwordHash");
    if (hash.empty()) return made.skip("has no password");
    made.email(email);
    made.disabled(is_true(user, "disabled"));
    made.created(milliseconds_of(user, "createdAt"));
    return made.finish(judge_password(firebase_text(settings.firebase, text_of(user, "salt"), hash)));
}

import_outcome read_supabase_user(const object& user, const import_settings& settings) {
    const auto email = text_of(user, "email");
    account made(settings, email);
    if (email.empty()) return account(settings, text_of(user, "id")).skip("has no e-mail address");
    if (!text_of(user, "deleted_at").empty()) return made.skip("is deleted");
    const auto hash = text_of(user, "encrypted_password");
    if (hash.empty()) return made.skip("has no password");
    made.email(email);
    made.id(text_of(user, "id"));
    const auto banned = text_of(user, "banned_until");
    made.disabled(!banned.empty() && parse_timestamp(banned).value_or(unix_time::max()) > settings.now);
    made.created(parse_timestamp(text_of(user, "created_at")));
    return made.finish(judge_password(hash));
}

}  // namespace latchkey::cli
