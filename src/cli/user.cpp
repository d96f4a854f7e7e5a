#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <memory>
#include <ostream>

#include "accounts/account_json.hpp"
#include "base/distinct.hpp"
#include "base/run_task.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/new_password.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/password_input.hpp"
#include "cli/user_export.hpp"
#include "cli/user_import.hpp"
#include "users/password_owner.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

struct user_arguments {
    std::string name;
    std::string email;
    std::vector<std::string> scopes;
    bool password_stdin = false;
    bool yes = false;
};

std::string words(const std::vector<std::string>& scopes) {
    std::string out;
    for (const auto& s : scopes)
        out += (out.empty() ? "" : " ") + s;
    return out;
}

std::string status(const users::user& u) {
    return u.disabled ? "disabled" : "active";
}

/// Whole seconds are enough for people; JSON has them finer.
std::string when(unix_time t) {
    return rfc3339(std::chrono::floor<std::chrono::seconds>(t)).substr(0, 19) + "Z";
}

void print_user(const context& c, const users::user& u) {
    if (c.options.output == output_format::json)
        return print(c.out, boost::json::value(accounts::to_json(u)));
    print(c.out, table{{},
                       {{"name", u.username},
                        {"id", u.id.value.text()},
                        {"email", u.email.value_or("-")},
                        {"scopes", u.scopes.empty() ? "-" : words(u.scopes)},
                        {"status", status(u)},
                        {"created", when(u.created_at)},
                        {"updated", when(u.updated_at)},
                        {"password set", when(u.password_changed_at)}}});
}

/// What every command but `list` begins with: settings, the store, and the canonical name.
struct session {
    session(const context& c, std::string what, const std::string& given, bool create)
        : command(std::move(what)),
          name(given),
          configured(load_all(sources_of(c))),
          username(or_explain(users::parse_username(given), command, name)),
          store(configured.loaded.settings, configured.secrets, create) {}

    template <class T>
    T ask(task<result<T>> work) {
        return or_explain(run_task(std::move(work)), command, name);
    }
    users::stored_user find() { return ask(store.users().find_by_username(username.canonical)); }
    void record(std::string_view what, const users::user& user) {
        auto event = command_event(what);
        event.add("account", user.id.value.text())
            .add("account_name", user.username)
            .add("scopes", words(user.scopes));
        store.record(std::move(event));
    }
    const config::settings& settings() const { return configured.loaded.settings; }

    std::string command;
    std::string name;
    configuration configured;
    users::username username;
    opened_store store;
};

std::vector<std::string> admitted_scopes(const std::vector<std::string>& given) {
    auto scopes = given;
    for (const auto& s : scopes)
        if (!users::is_scope_token(s)) throw explain(errc::invalid_scope, "user add", "--scope " + s);
    sort_distinct(scopes);
    if (!users::are_scopes(scopes))
        throw failed("user add", "--scope", "more scopes than a token has room for",
                     "scopes of " + std::to_string(users::max_scope_size) + " bytes in all");
    return scopes;
}

users::user new_user(const user_arguments& given, const users::username& name, unix_time now) {
    users::user user;
    user.id = {crypto::uuid::v7(now)};
    user.username = name.display;
    if (!given.email.empty()) user.email = or_explain(users::parse_email(given.email), "user add", "--email");
    user.scopes = admitted_scopes(given.scopes);
    user.created_at = user.updated_at = user.password_changed_at = now;
    return user;
}

std::string hash_for(const session& s, const secret& password, const users::user& user,
                     const passwords::policy& policy) {
    auto hash = hash_new_password(password, users::owner_of(user), policy, s.settings());
    if (!hash && hash.error() == errc::password_too_short)
        throw failed(s.command, s.name,
                     "the password needs at least " + std::to_string(s.settings().passwords.min_length) +
                         " characters",
                     "take a longer one, or lower passwords.min_length");
    return or_explain(std::move(hash), s.command, s.name);
}

int user_add(const context& c, const user_arguments& given) {
    session s(c, "user add", given.name, true);
    s.store.prepare_record();
    const auto user = new_user(given, s.username, s.store.now());
    // Before the password is asked for: nobody types one twice for nothing. The insert decides.
    if (run_task(s.store.users().find_by_username(s.username.canonical)))
        throw explain(errc::username_taken, s.command, s.name);
    const auto policy = configured_policy(s.settings());
    const auto password = read_new_password(given.password_stdin, "latchkey user add " + given.name, c.err);
    s.ask(s.store.users().insert({user, hash_for(s, password, user, policy)}, s.username.canonical));
    s.record("user_created", user);
    print_user(c, user);
    return 0;
}

int user_passwd(const context& c, const user_arguments& given) {
    session s(c, "user passwd", given.name, false);
    s.store.prepare_record();
    const auto user = s.find().user;
    const auto policy = configured_policy(s.settings());
    const auto password =
        read_new_password(given.password_stdin, "latchkey user passwd " + given.name, c.err);
    s.ask(s.store.users().set_password(user.id, hash_for(s, password, user, policy)));
    s.record("password_set", user);
    return 0;
}

int user_show(const context& c, const user_arguments& given) {
    session s(c, "user show", given.name, false);
    print_user(c, s.find().user);
    return 0;
}

int user_set_disabled(const context& c, const user_arguments& given, bool disabled) {
    session s(c, disabled ? "user disable" : "user enable", given.name, false);
    s.store.prepare_record();
    const auto user = s.ask(s.store.users().set_disabled(s.find().user.id, disabled));
    s.record(disabled ? "user_disabled" : "user_enabled", user);
    print_user(c, user);
    return 0;
}

int user_delete(const context& c, const user_arguments& given) {
    session s(c, "user delete", given.name, false);
    s.store.prepare_record();
    const auto user = s.find().user;
    if (!given.yes &&
        !confirm("Delete " + user.username + " and end their tokens? This cannot be undone.", c.err))
        throw usage_error("user delete", "not confirmed, nothing deleted",
                          "latchkey user delete " + given.name + " --yes");
    s.ask(s.store.users().remove(user.id));
    s.record("user_deleted", user);
    return 0;
}

std::vector<users::user> all_users(users::user_store& store) {
    constexpr std::size_t page_size = 500;
    std::vector<users::user> all;
    for (std::optional<users::user_id> after;; after = all.back().id) {
        auto page = or_explain(run_task(store.list(after, page_size)), "user list", {});
        std::ranges::move(page, std::back_inserter(all));
        if (page.size() < page_size) return all;
    }
}

int user_list(const context& c) {
    auto configured = load_all(sources_of(c));
    opened_store store(configured.loaded.settings, configured.secrets, false);
    const auto users = all_users(store.users());
    if (c.options.output == output_format::json) {
        boost::json::array all;
        for (const auto& u : users)
            all.push_back(accounts::to_json(u));
        print(c.out, boost::json::value(std::move(all)));
        return 0;
    }
    table t{{"NAME", "ID", "EMAIL", "SCOPES", "STATUS", "CREATED"}, {}};
    for (const auto& u : users)
        t.rows.push_back({u.username, u.id.value.text(), u.email.value_or("-"),
                          u.scopes.empty() ? "-" : words(u.scopes), status(u), when(u.created_at)});
    print(c.out, t);
    return 0;
}

/// Taken, so that it can be refused with the way that works: a command line is in the process list and the
/// history.
void refuse_password_option(CLI::App& app, const std::string& command) {
    const auto refuse = [command](const std::string&) {
        throw usage_error("--password",
                          "a password on the command line can be read by every user of the machine",
                          "printf %s \"$PASSWORD\" | latchkey " + command + " NAME --password-stdin");
    };
    app.add_option_function<std::string>("--password,--pass,-p", refuse)->group("")->expected(0, 1);
}

using user_command = int (*)(const context&, const user_arguments&);

CLI::App& add_for_name(CLI::App& family, context& c, const std::shared_ptr<user_arguments>& given,
                       const std::string& name, const std::string& help, user_command run) {
    auto& command = add_command(family, name, help, c, [&c, given, run] { return run(c, *given); });
    command.add_option("NAME", given->name, "User name")->required();
    return command;
}

void add_password_options(CLI::App& command, user_arguments& given, const std::string& name) {
    command.add_flag("--password-stdin", given.password_stdin, "Read the password from standard input");
    refuse_password_option(command, name);
}

}  // namespace

void add_user(CLI::App& app, context& c) {
    const auto given = std::make_shared<user_arguments>();
    auto& family = *app.add_subcommand("user", "Manage accounts");
    auto& add = add_for_name(family, c, given, "add", "Add a user", &user_add);
    add.add_option("--email", given->email, "E-mail address");
    add.add_option("--scope", given->scopes, "A scope the user may be granted; may be repeated")
        ->allow_extra_args(false);
    add_password_options(add, *given, "user add");
    add_command(family, "list", "List all users", c, [&c] { return user_list(c); });
    add_for_name(family, c, given, "show", "Show one user", &user_show);
    add_password_options(
        add_for_name(family, c, given, "passwd", "Set a password; ends the user's tokens", &user_passwd),
        *given, "user passwd");
    add_for_name(
        family, c, given, "disable", "Refuse logins and end the user's tokens",
        [](const context& with, const user_arguments& a) { return user_set_disabled(with, a, true); });
    add_for_name(
        family, c, given, "enable", "Allow logins again",
        [](const context& with, const user_arguments& a) { return user_set_disabled(with, a, false); });
    add_for_name(family, c, given, "delete", "Delete a user; ends their tokens", &user_delete)
        .add_flag("--yes", given->yes, "Do not ask");
    add_user_import(family, c);
    add_user_export(family, c);
}

}  // namespace latchkey::cli
