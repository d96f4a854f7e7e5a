#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <ostream>

#include "app/key_keeper.hpp"
#include "base/distinct.hpp"
#include "base/run_task.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/password_input.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"
#include "crypto/base64url.hpp"
#include "tokens/token_service.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

struct token_arguments {
    std::string user;
    std::vector<std::string> scopes;
    std::string lifetime;
};

/// What `issue` and `verify` begin with: the service as a server with this configuration has it.
struct token_session {
    token_session(const context& c, std::string what)
        : command(std::move(what)),
          configured(load_all(sources_of(c))),
          store(configured.loaded.settings, configured.secrets, false),
          service(settings(), first_ring(), store.revocations(), store.clock()) {
        or_explain(store.refresh_revocations(), command, {});
    }

    std::shared_ptr<const tokens::key_ring> first_ring() {
        const auto& t = configured.loaded.settings.tokens;
        app::key_keeper keeper(
            store.keys(), store.clock(),
            {.algorithm = tokens::parse_algorithm(t.algorithm).value(), .key_lifetime = t.key_lifetime},
            std::move(configured.secrets.hmac_secret));
        return or_explain(run_task(keeper.load()), command, {});
    }
    tokens::token_settings settings() const {
        const auto& t = configured.loaded.settings.tokens;
        return {.issuer = t.issuer, .audience = t.audience, .access_lifetime = t.access_lifetime};
    }

    std::string command;
    configuration configured;
    opened_store store;
    tokens::token_service service;
};

std::string joined(const std::vector<std::string>& scopes) {
    std::string out;
    for (const auto& s : scopes)
        out += (out.empty() ? "" : " ") + s;
    return out;
}

std::chrono::seconds chosen_lifetime(const std::string& text) {
    if (text.empty()) return {};
    const auto parsed = config::parse_value<config::seconds>(text);
    if (!parsed) throw usage_error("--lifetime", parsed.error().reason, "--lifetime 15m");
    // Keys and revocations are kept for the longest token there may be, which is a day.
    if (*parsed < std::chrono::seconds(10) || *parsed > std::chrono::hours(24))
        throw usage_error("--lifetime", "is not from 10s to 24h", "--lifetime 15m");
    return *parsed;
}

/// As at POST /token: nothing asked for is all that the user may have, more than that is refused.
std::string granted(const std::vector<std::string>& asked, const users::user& user) {
    for (const auto& s : asked) {
        if (std::ranges::find(user.scopes, s) != user.scopes.end()) continue;
        const std::vector<std::string_view> known(user.scopes.begin(), user.scopes.end());
        const auto meant = config::nearest(s, known);
        throw failed("token issue", "--scope " + s, "the user may not have this scope",
                     meant.empty() ? "latchkey user show " + user.username : "--scope " + std::string(meant));
    }
    auto scopes = asked.empty() ? user.scopes : asked;
    sort_distinct(scopes);
    if (!users::are_scopes(scopes))
        throw failed("token issue", user.username, "has more scopes than a token has room for",
                     "--scope NAME, for those that are needed");
    return joined(scopes);
}

int token_issue(const context& c, const token_arguments& given) {
    const auto lifetime = chosen_lifetime(given.lifetime);
    token_session s(c, "token issue");
    s.store.prepare_record();
    const auto name = or_explain(users::parse_username(given.user), s.command, given.user);
    const auto authenticated_at = s.store.now();  // before the account is read, as at a login
    const auto user =
        or_explain(run_task(s.store.users().find_by_username(name.canonical)), s.command, given.user).user;
    if (user.disabled)
        throw failed(s.command, given.user, "the user is disabled", "latchkey user enable " + given.user);
    const auto scope = granted(given.scopes, user);
    const auto subject = user.id.value.text();
    const auto token = s.service.issue({.subject = subject,
                                        .username = user.username,
                                        .scope = scope,
                                        .client_id = {},
                                        .session = {},
                                        .authenticated_at = authenticated_at,
                                        .lifetime = lifetime,
                                        .audience = {}});
    auto event = command_event("token_issued");
    event.add("account", subject).add("account_name", user.username).add("jti", token.id);
    s.store.record(std::move(event));
    if (c.options.output == output_format::json) {
        boost::json::object o{
            {"access_token", token.text}, {"token_type", "bearer"}, {"expires_in", token.lifetime.count()}};
        if (!scope.empty()) o["scope"] = scope;
        print(c.out, boost::json::value(std::move(o)));
    } else {
        c.out << token.text << '\n';  // alone, for TOKEN=$(latchkey token issue bob)
    }
    return 0;
}

std::string trimmed(const secret& text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto view = text.view();
    const auto first = view.find_first_not_of(blanks);
    if (first == view.npos) return {};
    return std::string(view.substr(first, view.find_last_not_of(blanks) - first + 1));
}

std::string read_token(const std::string& command) {
    auto token = trimmed(read_standard_input());
    if (token.empty())
        throw usage_error(command, "no token on standard input",
                          "printf %s \"$TOKEN\" | latchkey " + command);
    return token;
}

std::string cell(const boost::json::value& v) {
    return v.is_string() ? std::string(v.as_string()) : boost::json::serialize(v);
}

boost::json::object to_json(const tokens::claims& c) {
    boost::json::object o{{"iss", c.issuer}, {"sub", c.subject}};
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) o[name] = value;
    };
    add("username", c.username);
    add("scope", c.scope);
    add("client_id", c.client_id);
    add("sid", c.session);
    add("aud", c.audience);
    o["jti"] = c.token_id;
    o["iat"] = c.issued_at;
    o["exp"] = c.expires_at;
    return o;
}

void add_rows(table& t, const boost::json::object& o) {
    for (const auto& [name, value] : o)
        t.rows.push_back({std::string(name), cell(value)});
}

int token_verify(const context& c) {
    const auto text = read_token("token verify");
    const token_session s(c, "token verify");
    tokens::verified_token token;
    or_explain(s.service.verify(text, token), s.command, {});
    const auto shown = to_json(token.claims());
    if (c.options.output == output_format::json) {
        print(c.out, boost::json::value(shown));
    } else {
        table t;
        add_rows(t, shown);
        print(c.out, t);
    }
    return 0;
}

[[noreturn]] void refuse_text(const std::string& why) {
    throw failed("token inspect", {}, why,
                 "a JWT has three parts of base64url between dots; refresh tokens say nothing");
}

boost::json::object decoded_part(std::string_view text, const std::string& what) {
    std::string bytes(crypto::base64url::decoded_capacity(text.size()), '\0');
    const auto size =
        crypto::base64url::decode(text, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    if (!size) refuse_text("the " + what + " is not base64url");
    boost::system::error_code bad;
    auto value = boost::json::parse(std::string_view(bytes).substr(0, *size), bad);
    if (bad || !value.is_object()) refuse_text("the " + what + " is not a JSON object");
    return std::move(value.as_object());
}

/// Neither key nor store: what somebody else made can be looked at too. So nothing that is shown is true.
int token_inspect(const context& c) {
    const auto text = read_token("token inspect");
    if (text.size() > tokens::max_token_size) refuse_text("is longer than any token of this service");
    const auto first = text.find('.');
    const auto second = first == text.npos ? text.npos : text.find('.', first + 1);
    if (second == text.npos || text.find('.', second + 1) != text.npos) refuse_text("is not a JWT");
    const std::string_view view(text);
    const auto header = decoded_part(view.substr(0, first), "header");
    const auto payload = decoded_part(view.substr(first + 1, second - first - 1), "payload");
    if (c.options.output == output_format::json) {
        print(c.out, boost::json::object{{"verified", false}, {"header", header}, {"payload", payload}});
        return 0;
    }
    table t{{}, {{"verified", "no: anybody may have written this"}}};
    add_rows(t, header);
    add_rows(t, payload);
    print(c.out, t);
    return 0;
}

/// Taken, so that it can be refused with the way that works: a command line is in the process list and the
/// history.
void refuse_token_argument(CLI::App& command, const std::string& name) {
    const auto refuse = [name](const std::string&) {
        throw usage_error(name, "a token on the command line can be read by every user of the machine",
                          "printf %s \"$TOKEN\" | latchkey " + name);
    };
    command.add_option_function<std::string>("TOKEN", refuse)->group("");
}

}  // namespace

void add_token(CLI::App& app, context& c) {
    const auto given = std::make_shared<token_arguments>();
    auto& family = *app.add_subcommand("token", "Issue and examine access tokens");
    auto& issue = add_command(family, "issue", "Issue an access token for a user, without a password", c,
                              [&c, given] { return token_issue(c, *given); });
    issue.add_option("USER", given->user, "User name")->required();
    issue.add_option("--scope", given->scopes, "A scope of the user's; may be repeated; default: all")
        ->allow_extra_args(false);
    issue.add_option("--lifetime", given->lifetime, "10s to 24h; default: tokens.access_lifetime");
    refuse_token_argument(
        add_command(family, "verify",
                    "Verify the token on standard input with the store's keys; show its claims", c,
                    [&c] { return token_verify(c); }),
        "token verify");
    refuse_token_argument(
        add_command(family, "inspect", "Show what the token on standard input says; verifies nothing", c,
                    [&c] { return token_inspect(c); }),
        "token inspect");
}

}  // namespace latchkey::cli
