#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <memory>
#include <ostream>

#include "accounts/client_json.hpp"
#include "base/run_task.hpp"
#include "cli/choice.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/password_input.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

using clients::client;
using clients::client_type;

struct client_arguments {
    std::string name;  ///< `client add`: its display name; all others: its id
    std::string id;
    bool is_public = false;
    std::vector<std::string> grants;
    std::vector<std::string> scopes;
    std::string audience;
    std::string access_lifetime;
    bool drop_old = false;
    bool yes = false;
};

std::string words(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& word : all)
        out += (out.empty() ? "" : " ") + word;
    return out.empty() ? "-" : out;
}

std::string when(unix_time t) {
    return rfc3339(std::chrono::floor<std::chrono::seconds>(t)).substr(0, 19) + "Z";
}

std::string type_of(const client& c) {
    return c.type == client_type::public_ ? "public" : "confidential";
}

std::string status(const client& c) {
    return c.disabled ? "disabled" : "active";
}

std::string lifetime_of(const client& c) {
    return c.access_lifetime ? config::format_value(config::milliseconds(*c.access_lifetime)) : "-";
}

/// `fresh`: the one time that a secret is shown; empty when there is none.
void print_client(const context& with, const client& c, const secret& fresh = {}) {
    if (with.options.output == output_format::json) {
        auto json = accounts::to_json(c);
        if (!fresh.empty()) json["client_secret"] = fresh.view();
        return print(with.out, boost::json::value(std::move(json)));
    }
    table t{{},
            {{"id", c.client_id},
             {"name", c.client_name.empty() ? "-" : c.client_name},
             {"type", type_of(c)},
             {"grants", words(c.grant_types)},
             {"scopes", words(c.scopes)},
             {"audience", c.audience.empty() ? "-" : c.audience},
             {"access lifetime", lifetime_of(c)},
             {"status", status(c)},
             {"created", when(c.created_at)}}};
    for (const auto& known : c.secrets)
        t.rows.push_back({"secret " + known.id, "of " + when(known.created_at)});
    if (!fresh.empty()) t.rows.push_back({"new secret", std::string(fresh.view())});
    print(with.out, t);
    // On the other stream: what reads standard output gets the secret and nothing else that is new.
    if (!fresh.empty()) with.err << "The secret is shown this once; the store keeps only its digest.\n";
}

/// What every command but `add` begins with: settings and the store.
struct session {
    session(const context& c, std::string what, bool create)
        : command(std::move(what)),
          configured(load_all(sources_of(c))),
          store(configured.loaded.settings, configured.secrets, create) {}

    template <class T>
    T ask(task<result<T>> work, const std::string& id) {
        auto answer = run_task(std::move(work));
        if (!answer && answer.error() == errc::not_found) throw unknown(id);
        return or_explain(std::move(answer), command, id);
    }
    void record(std::string_view what, const client& c) {
        auto event = command_event(what);
        event.add("client", c.client_id);
        store.record(std::move(event));
    }
    client find(const std::string& id) { return ask(store.clients().find(id), id); }
    void update(client& c) {
        c.updated_at = store.now();
        ask(store.clients().update(c), c.client_id);
    }
    std::vector<client> all() {
        constexpr std::size_t page_size = 500;
        std::vector<client> found;
        for (std::optional<std::string> after;; after = found.back().client_id) {
            auto page = or_explain(run_task(store.clients().list(after, page_size)), command, {});
            std::ranges::move(page, std::back_inserter(found));
            if (page.size() < page_size) return found;
        }
    }
    command_error unknown(const std::string& id) {
        const auto known = all();
        std::vector<std::string_view> ids;
        ids.reserve(known.size());
        for (const auto& c : known)
            ids.push_back(c.client_id);
        const auto meant = config::nearest(id, ids);
        return failed(
            command, id, "no such client",
            meant.empty() ? "latchkey client list" : "latchkey " + command + " " + std::string(meant));
    }

    std::string command;
    configuration configured;
    opened_store store;
};

boost::json::object members_of(const client_arguments& given) {
    boost::json::object members{{"client_name", given.name}};
    // As over HTTP: a client of which nothing is said serves logins.
    const std::vector<std::string> usual{"password", "refresh_token"};
    const auto grants = given.grants.empty() ? usual : given.grants;
    members["grant_types"] = boost::json::array(grants.begin(), grants.end());
    for (const auto& s : given.scopes)
        if (!users::is_scope_token(s)) throw explain(errc::invalid_scope, "client add", "--scope " + s);
    members["scopes"] = boost::json::array(given.scopes.begin(), given.scopes.end());
    if (!given.audience.empty()) members["audience"] = given.audience;
    if (given.access_lifetime.empty()) return members;
    const auto lifetime = config::parse_value<config::seconds>(given.access_lifetime);
    if (!lifetime) throw usage_error("--access-lifetime", lifetime.error().reason, "--access-lifetime 15m");
    members["access_lifetime"] = lifetime->count();
    return members;
}

/// What may be said of a client is accounts' rule, the same as over HTTP.
client new_client(const client_arguments& given) {
    client c;
    c.client_id = given.id.empty() ? clients::generate_client_id() : given.id;
    c.type = given.is_public ? client_type::public_ : client_type::confidential;
    if (!clients::is_client_id(c.client_id))
        throw usage_error("--id", "must be 1 to 64 of A-Z a-z 0-9 _ -", "leave it out and one is made");
    accounts::json_members members(members_of(given));
    auto wrong = accounts::apply_members(members, c);
    if (!wrong) wrong = members.problem();
    if (wrong) throw usage_error("client add", *wrong, "latchkey client add --help");
    return c;
}

int client_add(const context& with, const client_arguments& given) {
    auto c = new_client(given);
    session s(with, "client add", true);
    s.store.prepare_record();
    c.created_at = c.updated_at = s.store.now();
    const secret fresh = given.is_public ? secret() : clients::add_secret(c, c.created_at);
    s.ask(s.store.clients().insert(c), c.client_id);
    s.record("client_created", c);
    print_client(with, c, fresh);
    return 0;
}

int client_list(const context& with) {
    session s(with, "client list", false);
    const auto clients = s.all();
    if (with.options.output == output_format::json) {
        boost::json::array all;
        for (const auto& c : clients)
            all.push_back(accounts::to_json(c));
        print(with.out, boost::json::value(std::move(all)));
        return 0;
    }
    table t{{"ID", "NAME", "TYPE", "GRANTS", "SCOPES", "STATUS", "CREATED"}, {}};
    for (const auto& c : clients)
        t.rows.push_back({c.client_id, c.client_name.empty() ? "-" : c.client_name, type_of(c),
                          words(c.grant_types), words(c.scopes), status(c), when(c.created_at)});
    print(with.out, t);
    return 0;
}

int client_show(const context& with, const client_arguments& given) {
    session s(with, "client show", false);
    print_client(with, s.find(given.name));
    return 0;
}

int client_secret(const context& with, const client_arguments& given) {
    session s(with, "client secret", false);
    s.store.prepare_record();
    auto c = s.find(given.name);
    if (c.type == client_type::public_)
        throw failed(s.command, given.name, "a public client has no secret",
                     "latchkey client add registers a confidential one");
    secret fresh;
    if (given.drop_old)
        clients::drop_old_secrets(c);
    else
        fresh = clients::add_secret(c, s.store.now());
    s.update(c);
    s.record(given.drop_old ? "client_secrets_dropped" : "client_secret_added", c);
    print_client(with, c, fresh);
    return 0;
}

int client_set_disabled(const context& with, const client_arguments& given, bool disabled) {
    session s(with, disabled ? "client disable" : "client enable", false);
    s.store.prepare_record();
    auto c = s.find(given.name);
    c.disabled = disabled;
    s.update(c);
    s.record(disabled ? "client_disabled" : "client_enabled", c);
    print_client(with, c);
    return 0;
}

int client_delete(const context& with, const client_arguments& given) {
    session s(with, "client delete", false);
    s.store.prepare_record();
    const auto c = s.find(given.name);
    if (!given.yes &&
        !confirm("Delete the client " + c.client_id + " and end its sessions? This cannot be undone.",
                 with.err))
        throw usage_error("client delete", "not confirmed, nothing deleted",
                          "latchkey client delete " + given.name + " --yes");
    s.ask(s.store.clients().remove(c.client_id), c.client_id);
    s.record("client_deleted", c);
    return 0;
}

using arguments = std::shared_ptr<client_arguments>;
using client_command = int (*)(const context&, const client_arguments&);

CLI::App& add_for_id(CLI::App& family, context& c, const arguments& given, const std::string& name,
                     const std::string& help, client_command run) {
    auto& command = add_command(family, name, help, c, [&c, given, run] { return run(c, *given); });
    command.add_option("ID", given->name, "Client id")->required();
    return command;
}

void add_registration(CLI::App& family, context& c, const arguments& given) {
    auto& add = add_command(family, "add", "Register a client; a confidential one's secret is shown once", c,
                            [&c, given] { return client_add(c, *given); });
    add.add_option("NAME", given->name, "What people call it")->required();
    add.add_option("--id", given->id, "Its client_id; made when left out");
    add.add_flag("--public", given->is_public, "It cannot keep a secret (browser, mobile) and gets none");
    one_of(add.add_option("--grant", given->grants,
                          "A way to get tokens; may be repeated; default: the first two")
               ->allow_extra_args(false),
           "password|refresh_token|client_credentials");
    add.add_option("--scope", given->scopes,
                   "A scope its tokens may have; may be repeated; default: all that the user may have, none "
                   "for client_credentials")
        ->allow_extra_args(false);
    add.add_option("--audience", given->audience,
                   "`aud` of its access tokens, which Latchkey itself then refuses: they are for that "
                   "resource server only; default: tokens.audience");
    add.add_option("--access-lifetime", given->access_lifetime,
                   "How long its access tokens are good, 10s to 24h; default: tokens.access_lifetime");
}

}  // namespace

void add_client(CLI::App& app, context& c) {
    const auto given = std::make_shared<client_arguments>();
    auto& family = *app.add_subcommand("client", "Manage registered clients");
    add_registration(family, c, given);
    add_command(family, "list", "List all clients", c, [&c] { return client_list(c); });
    add_for_id(family, c, given, "show", "Show one client (never a secret)", &client_show);
    add_for_id(family, c, given, "secret",
               "Make another secret, shown once; the newest old one stays valid, others go", &client_secret)
        .add_flag("--drop-old", given->drop_old, "Make none: forget all but the newest");
    add_for_id(
        family, c, given, "disable", "Refuse the client every grant",
        [](const context& with, const client_arguments& a) { return client_set_disabled(with, a, true); });
    add_for_id(
        family, c, given, "enable", "Allow the client its grants again",
        [](const context& with, const client_arguments& a) { return client_set_disabled(with, a, false); });
    add_for_id(family, c, given, "delete", "Delete a client; ends its sessions", &client_delete)
        .add_flag("--yes", given->yes, "Do not ask");
}

}  // namespace latchkey::cli
