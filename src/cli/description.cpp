#include "cli/description.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/context.hpp"

namespace latchkey::cli {

namespace {

/// CLI11 writes `TEXT` for what has no name of its own.
std::string value_of(const CLI::Option& option) {
    if (option.get_expected_max() == 0) return {};
    return option.get_type_name();
}

option_description describe_option(const CLI::App& app, const CLI::Option& option) {
    option_description described;
    for (const auto& name : option.get_lnames())
        described.names.push_back("--" + name);
    for (const auto& name : option.get_snames())
        described.names.push_back("-" + name);
    described.value = value_of(option);
    described.help = option.get_description();
    described.common = option.get_group() == common_group || &option == app.get_help_ptr();
    return described;
}

/// An argument is called by what it is: `FILE`, `NAME`. Its type says more only where there is a choice.
argument_description describe_argument(const CLI::Option& option) {
    const auto name = option.get_name(true);
    const auto type = option.get_type_name();
    return {name, choices_of(type).empty() ? name : type, option.get_description(), option.get_required()};
}

command_description describe_at(const CLI::App& app, const std::string& path) {
    command_description described{path, app.get_description(), {}, {}, {}};
    for (const auto* const option : app.get_options())
        if (option->get_group().empty())
            continue;  // hidden: there to be refused
        else if (option->get_positional())
            described.arguments.push_back(describe_argument(*option));
        else
            described.options.push_back(describe_option(app, *option));
    for (const auto* const sub : app.get_subcommands([](const CLI::App*) { return true; }))
        described.commands.push_back(describe_at(*sub, path + " " + sub->get_name()));
    return described;
}

}  // namespace

command_description describe(const CLI::App& app) {
    return describe_at(app, "latchkey");
}

std::vector<std::string> choices_of(const std::string& value) {
    std::vector<std::string> words;
    if (value.find('|') == std::string::npos) return words;
    for (std::size_t start = 0; start <= value.size();) {
        const auto end = std::min(value.find('|', start), value.size());
        words.push_back(value.substr(start, end - start));
        start = end + 1;
    }
    return words;
}

std::vector<const command_description*> flattened(const command_description& top) {
    std::vector<const command_description*> all{&top};
    for (const auto& each : top.commands) {
        const auto below = flattened(each);
        all.insert(all.end(), below.begin(), below.end());
    }
    return all;
}

}  // namespace latchkey::cli
