#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "config/environment.hpp"
#include "config/load.hpp"
#include "config/secrets.hpp"

namespace CLI {
class App;
}

namespace latchkey::cli {

enum class output_format { table, json };

/// How --help calls the options that every command takes.
inline constexpr auto common_group = "Common options";

/// The options that every command takes, before or after its name.
struct common_options {
    std::optional<std::string> config_file;
    std::vector<config::assignment>
        settings;  ///< in the order of --set, --data-dir, --listen, --management-listen
    std::optional<output_format> output;
};

/// What a command runs with. Outlives the parsed command line.
struct context {
    std::ostream& out;
    std::ostream& err;
    config::environment environment;             ///< LATCHKEY_ settings
    std::optional<std::string> config_variable;  ///< LATCHKEY_CONFIG
    common_options options;
    std::function<int()> command;  ///< set by the command that the command line names
};

/// A subcommand that takes the common options as well and, when named, becomes the context's command.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& help, context&,
                      std::function<int()>);
void add_common_options(CLI::App&, context&);

/// --config over LATCHKEY_CONFIG over /etc/latchkey/latchkey.toml if there is one; environment; options.
config::sources sources_of(const context&);

/// Throws command_error (78) with everything that is wrong.
config::load_result load_settings(const context&);

struct configuration {
    config::load_result loaded;
    config::secrets secrets;
};

/// Settings, and the secrets taken out of the process environment (config::take_secrets). Throws as
/// load_settings does, with what is wrong in both.
configuration load_all(const config::sources&);

}  // namespace latchkey::cli
