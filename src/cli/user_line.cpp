#include "cli/user_line.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>

#include "accounts/account_json.hpp"
#include "base/distinct.hpp"
#include "config/nearest.hpp"
#include "passwords/stored_hash.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

using boost::json::value;
using config::bad_value;

constexpr std::array<std::string_view, 9> members{"username",   "password_hash", "email",
                                                  "scopes",     "disabled",      "id",
                                                  "created_at", "updated_at",    "password_changed_at"};

constexpr auto sample = R"({"username":"bob","password_hash":"$argon2id$…"})";

/// Two digits and more of `text`; nothing when there is anything else.
std::optional<int> number(std::string_view text) {
    int n = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (failed != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
    return n;
}

/// What rfc3339() writes, with or without the milliseconds.
std::optional<unix_time> parse_time(std::string_view t) {
    constexpr std::string_view shape = "....-..-..T..:..:..";
    const bool fraction = t.size() == 24 && t[19] == '.';
    if ((!fraction && t.size() != 20) || t.back() != 'Z') return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] != '.' && shape[i] != t[i]) return std::nullopt;
    const auto y = number(t.substr(0, 4)), mo = number(t.substr(5, 2)), d = number(t.substr(8, 2));
    const auto h = number(t.substr(11, 2)), mi = number(t.substr(14, 2)), s = number(t.substr(17, 2));
    const auto ms = fraction ? number(t.substr(20, 3)) : std::optional(0);
    if (!y || !mo || !d || !h || !mi || !s || !ms || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*y),
                                           std::chrono::month(static_cast<unsigned>(*mo)),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*h) + std::chrono::minutes(*mi) +
           std::chrono::seconds(*s) + std::chrono::milliseconds(*ms);
}

/// Reads one line's members and remembers the first thing that is wrong.
class line_reader {
public:
    explicit line_reader(const boost::json::object& o) : object_(o) {
        for (const auto& [name, ignored] : o)
            if (std::ranges::find(members, std::string_view(name)) == members.end()) {
                const auto meant = config::nearest(name, members);
                // The name of a member is not shown in full length: it is the file's, and may be anything.
                refuse("unknown member `" + std::string(std::string_view(name).substr(0, 60)) + "`",
                       meant.empty() ? sample : "write " + std::string(meant));
            }
    }

    std::string text(std::string_view name, std::string_view remedy) {
        const auto* const v = object_.if_contains(name);
        if (v == nullptr) return {};
        if (const auto* const s = v->if_string()) return std::string(*s);
        refuse("`" + std::string(name) + "` is not a text", std::string(remedy));
        return {};
    }
    bool flag(std::string_view name) {
        const auto* const v = object_.if_contains(name);
        if (v == nullptr) return false;
        if (const auto* const b = v->if_bool()) return *b;
        refuse("`" + std::string(name) + "` is neither true nor false", "write true or false without quotes");
        return false;
    }
    unix_time time(std::string_view name, unix_time otherwise) {
        constexpr std::string_view remedy = "write it as 2026-11-23T15:04:05.678Z";
        const auto given = text(name, remedy);
        if (!object_.contains(name)) return otherwise;
        if (const auto t = parse_time(given)) return *t;
        refuse("`" + std::string(name) + "` is not a time", std::string(remedy));
        return otherwise;
    }
    std::vector<std::string> scopes() {
        const auto* const v = object_.if_contains("scopes");
        if (v == nullptr) return {};
        std::vector<std::string> all;
        const auto* const list = v->if_array();
        const bool good = list != nullptr && std::ranges::all_of(*list, [&](const value& each) {
                              if (!each.is_string() || !users::is_scope_token(each.as_string())) return false;
                              all.emplace_back(each.as_string());
                              return true;
                          });
        if (!good) refuse("`scopes` is not a list of scopes", R"(write ["items","me"])");
        sort_distinct(all);
        if (good && !users::are_scopes(all))
            refuse("`scopes` is longer than a token has room for",
                   std::to_string(users::max_scope_size) + " bytes in all, with a blank between them");
        return all;
    }
    void refuse(std::string why, std::string remedy) {
        if (!problem_) problem_.emplace(std::move(why), std::move(remedy));
    }
    const std::optional<bad_value>& problem() const { return problem_; }
    bool has(std::string_view name) const { return object_.contains(name); }

private:
    const boost::json::object& object_;
    std::optional<bad_value> problem_;
};

void read_name(line_reader& read, user_line& into) {
    const auto name = users::parse_username(read.text("username", sample));
    if (!name)
        return read.refuse(read.has("username") ? "`username` is not a user name" : "`username` is missing",
                           "1 to 255 bytes of UTF-8, printable, without blanks at the ends");
    into.stored.user.username = name->display;
    into.canonical = name->canonical;
}

void read_hash(line_reader& read, user_line& into) {
    into.stored.password_hash = read.text("password_hash", sample);
    if (!read.has("password_hash"))
        return read.refuse("`password_hash` is missing", "export with --with-hashes");
    // Only what a login will understand: an account that nobody can enter is not moved in.
    if (!passwords::parse_stored(into.stored.password_hash) &&
        !passwords::foreign::parse_weak(into.stored.password_hash))
        read.refuse(
            "`password_hash` is of no kind that is understood, or costs too much to verify",
            "Argon2, bcrypt, scrypt, PBKDF2, yescrypt or sha512-crypt as their usual text, or a weak hash "
            "that an import wraps (src/passwords/FORMAT.md)");
}

void read_email(line_reader& read, users::user& into) {
    if (!read.has("email")) return;
    const auto email = users::parse_email(read.text("email", "write it as name@example.com"));
    if (!email) return read.refuse("`email` is not an e-mail address", "write it as name@example.com");
    into.email = *email;
}

void read_id(line_reader& read, users::user& into, unix_time now) {
    if (!read.has("id")) {
        into.id = {crypto::uuid::v7(now)};
        return;
    }
    const auto id = crypto::uuid::parse(read.text("id", "leave it out and one is made"));
    if (!id) return read.refuse("`id` is not a UUID in lower case", "leave it out and one is made");
    into.id = {*id};
}

}  // namespace

config::parsed<user_line> parse_user_line(std::string_view line, unix_time now) {
    if (line.size() > max_user_line) return bad_value("is longer than 64 KiB", sample);
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(line, failed);
    if (failed || !parsed.is_object()) return bad_value("is not a JSON object", sample);
    line_reader read(parsed.get_object());
    user_line out;
    auto& user = out.stored.user;
    read_name(read, out);
    read_hash(read, out);
    read_email(read, user);
    user.scopes = read.scopes();
    user.disabled = read.flag("disabled");
    read_id(read, user, now);
    user.created_at = read.time("created_at", now);
    user.updated_at = read.time("updated_at", user.created_at);
    user.password_changed_at = read.time("password_changed_at", user.created_at);
    if (read.problem()) return *read.problem();
    return out;
}

std::string format_user_line(const users::stored_user& u, bool with_hash) {
    auto line = accounts::to_json(u.user);
    line["password_changed_at"] = rfc3339(u.user.password_changed_at);
    if (with_hash) line["password_hash"] = u.password_hash;
    return boost::json::serialize(line);
}

}  // namespace latchkey::cli
