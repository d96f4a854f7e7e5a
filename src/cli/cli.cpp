#include "cli/cli.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "config/nearest.hpp"
#include "storage/store.hpp"

namespace latchkey::cli {

namespace {

int status(exit_status s) {
    return static_cast<int>(s);
}

void configure(CLI::App& app, context& c) {
    add_common_options(app, c);
    add_serve(app, c);
    add_dev(app, c);
    add_user(app, c);
    add_client(app, c);
    add_key(app, c);
    add_token(app, c);
    add_audit(app, c);
    add_config(app, c);
    add_backup(app, c);
    add_restore(app, c);
    add_calibrate(app, c);
    add_doctor(app, c);
    add_completion(app, c);
    add_man(app, c);
    add_healthcheck(app, c);
    add_version(app, c);
}

/// CLI11 as we want it at every level: options of the level above are taken below, what is left over is ours
/// to judge, and an argument that is called like a command stays an argument.
void loosen(CLI::App& app) {
    app.fallthrough()->allow_extras()->require_subcommand(0, 1);
    for (auto* const sub : app.get_subcommands({}))
        loosen(*sub);
}

const CLI::App& deepest(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : deepest(*chosen.front());
}

std::string path_of(const CLI::App& app) {
    const auto* const parent = app.get_parent();
    return parent == nullptr ? "latchkey" : path_of(*parent) + " " + app.get_name();
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* const sub : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(sub->get_name());
    return names;
}

/// Without their dashes, which are alike in all of them.
std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* at = &app; at != nullptr; at = at->get_parent())
        for (const auto* const option : at->get_options())
            for (const auto& name : option->get_lnames())
                names.push_back(name);
    return names;
}

std::string nearest_of(const std::string& word, const std::vector<std::string>& names) {
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return std::string(config::nearest(word, candidates));
}

[[noreturn]] void refuse_option(const CLI::App& command, const std::string& given) {
    // Without its value, behind `=` or behind the one letter: it may be a secret.
    const auto name = given.substr(0, given.starts_with("--") ? given.find('=') : 2);
    const auto meant = nearest_of(name.substr(name.find_first_not_of('-')), option_names(command));
    throw usage_error(name, "no such option", meant.empty() ? path_of(command) + " --help" : "--" + meant);
}

/// `user add` for the command of that name; empty for the program itself.
std::string name_of(const CLI::App& app) {
    const auto path = path_of(app);
    const auto blank = path.find(' ');
    return blank == std::string::npos ? std::string() : path.substr(blank + 1);
}

[[noreturn]] void refuse_missing_command(const CLI::App& family, const std::vector<std::string>& left_over) {
    if (left_over.empty())
        throw usage_error(name_of(family), "a command is missing", path_of(family) + " --help");
    const auto meant = nearest_of(left_over.front(), subcommand_names(family));
    throw usage_error(left_over.front(), "no such command",
                      meant.empty() ? path_of(family) + " --help" : path_of(family) + " " + meant);
}

bool takes_password(const CLI::App& command) {
    return command.get_option_no_throw("--password-stdin") != nullptr;
}

/// What CLI11 left over. Arguments are never shown: the usual one too many is a password. Behind `--`, which
/// CLI11 leaves over too, everything is an argument.
void judge_left_over(const CLI::App& app) {
    const auto& command = deepest(app);
    auto left_over = app.remaining(true);
    const auto mark = std::ranges::find(left_over, "--");
    const auto is_option = [](const std::string& s) { return s.size() > 1 && s.front() == '-'; };
    const auto option = std::find_if(left_over.begin(), mark, is_option);
    const bool is_family = !command.get_subcommands([](const CLI::App*) { return true; }).empty();
    if (is_family && (option == mark || option != left_over.begin()))
        refuse_missing_command(command, left_over);
    if (option != mark) refuse_option(command, *option);
    if (left_over.size() > (mark == left_over.end() ? 0U : 1U))
        throw usage_error(name_of(command),
                          takes_password(command) ? "an argument too many (passwords are never arguments)"
                                                  : "an argument too many",
                          path_of(command) + " --help");
}

/// CLI11 knows what is missing; its words for an option without its value are not for people.
config::problem explain(const CLI::ParseError& e, const CLI::App& command) {
    std::string why = e.what();
    if (const auto counted = why.find(": 1 required "); counted != std::string::npos)
        why = why.substr(0, counted) + " needs a value";
    return {name_of(command), {}, std::move(why), path_of(command) + " --help"};
}

void parse(CLI::App& app, const std::vector<std::string>& arguments) {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    judge_left_over(app);
}

}  // namespace

int run(const std::vector<std::string>& arguments, context& c) {
    CLI::App app("Latchkey: an authentication service. User name and password in, signed tokens out.",
                 "latchkey");
    try {
        configure(app, c);
        loosen(app);
        parse(app, arguments);
        return c.command();
    } catch (const CLI::Success& e) {  // --help, --version
        return app.exit(e, c.out, c.err);
    } catch (const CLI::ParseError& e) {
        print(c.err, {explain(e, deepest(app))});
        return status(exit_status::usage);
    } catch (const command_error& e) {
        print(c.err, e.problems());
        return status(e.status());
    } catch (const storage::open_error& e) {
        print(c.err, {{"store", {}, e.what(), e.remedy()}});
    } catch (const std::exception& e) {
        print(c.err, {{"failed", {}, e.what(), {}}});
    }
    return status(exit_status::failed);
}

int run(int argc, char** argv) {
    context c{std::cout, std::cerr, config::capture_environment(environ), std::nullopt, {}, {}};
    if (const char* file = std::getenv("LATCHKEY_CONFIG"); file != nullptr && *file != '\0')
        c.config_variable = file;
    const int result = run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), c);
    // A full disk or a closed pipe must not look like success.
    return std::cout.flush() ? result : std::max(result, status(exit_status::failed));
}

}  // namespace latchkey::cli
