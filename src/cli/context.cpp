#include "cli/context.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/choice.hpp"
#include "cli/command_error.hpp"
#include "config/nearest.hpp"

namespace latchkey::cli {

namespace {

constexpr auto default_file = "/etc/latchkey/latchkey.toml";

/// A `key=value` is never shown: its value may be a secret that does not belong there.
config::assignment parse_set(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw usage_error("--set", "is not section.key=value", "--set server.threads=4");
    return {"--set", text.substr(0, equals), text.substr(equals + 1)};
}

constexpr auto output_words = "table|json";

output_format parse_output(const std::string& text) {
    require_choice("-o", text, output_words);
    return text == "json" ? output_format::json : output_format::table;
}

/// Takes one value each time it is given and never the arguments that follow.
template <class Take>
CLI::Option* add_repeatable(CLI::App& app, const std::string& name, const std::string& help,
                            const std::string& value, Take take) {
    const auto take_all = [take](const std::vector<std::string>& values) {
        for (const auto& v : values)
            take(v);
    };
    return app.add_option_function<std::vector<std::string>>(name, take_all, help)
        ->type_name(value)
        ->allow_extra_args(false)
        ->group(common_group);
}

void add_setting(CLI::App& app, common_options& options, const std::string& name, const std::string& key,
                 const std::string& help, const std::string& value) {
    add_repeatable(app, name, help, value, [&options, name, key](const std::string& v) {
        options.settings.push_back({name, key, v});
    });
}

void refuse(const config::problems& problems) {
    if (!problems.empty()) throw command_error(exit_status::configuration, problems);
}

}  // namespace

void add_common_options(CLI::App& app, context& c) {
    auto& options = c.options;
    add_repeatable(app, "--config", "Configuration file", "FILE",
                   [&](const std::string& v) { options.config_file = v; });
    add_setting(app, options, "--data-dir", "data_dir", "Data directory", "DIR");
    add_repeatable(app, "--set", "One setting; may be repeated", "SECTION.KEY=VALUE",
                   [&](const std::string& v) { options.settings.push_back(parse_set(v)); });
    add_setting(app, options, "--listen", "server.listen", "Where clients reach the service", "ADDR:PORT");
    add_setting(app, options, "--management-listen", "server.management_listen",
                "Where health and metrics are", "ADDR:PORT");
    add_repeatable(app, "-o,--output", "How lists and reports are written", output_words,
                   [&](const std::string& v) { options.output = parse_output(v); });
}

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& help, context& c,
                      std::function<int()> command) {
    auto* const sub = parent.add_subcommand(name, help);
    add_common_options(*sub, c);
    sub->callback([&c, command = std::move(command)] { c.command = command; });
    return *sub;
}

config::sources sources_of(const context& c) {
    config::sources from{{}, std::nullopt, c.environment, c.options.settings};
    std::error_code unknown;
    if (c.options.config_file)
        from.file = *c.options.config_file;
    else if (c.config_variable)
        from.file = *c.config_variable;
    else if (std::filesystem::exists(default_file, unknown))
        from.file = default_file;
    return from;
}

config::load_result load_settings(const context& c) {
    auto loaded = config::load(sources_of(c));
    refuse(loaded.problems);
    return loaded;
}

configuration load_all(const config::sources& from) {
    auto taken = config::take_secrets();
    auto loaded = config::load(from);
    auto problems = loaded.problems;
    problems.insert(problems.end(), taken.problems.begin(), taken.problems.end());
    refuse(problems);
    return {std::move(loaded), std::move(taken.values)};
}

}  // namespace latchkey::cli
