#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The command line as plain data, read off CLI11's own tree: the one list behind --help, shell completion
/// and the manual page.
namespace latchkey::cli {

struct option_description {
    std::vector<std::string> names;  ///< `--output`, `-o`
    /// What stands behind it, as --help shows it: `FILE`, `DIR`, `SECTION.KEY=VALUE`, or the words to choose
    /// from, `table|json`; empty for a flag. Completion understands these.
    std::string value;
    std::string help;
    bool common = false;  ///< every command takes it
};

struct argument_description {
    std::string name;   ///< `NAME`
    std::string value;  ///< as of an option
    std::string help;
    bool required = false;
};

struct command_description {
    std::string path;  ///< `latchkey user add`
    std::string help;
    std::vector<option_description> options;
    std::vector<argument_description> arguments;
    std::vector<command_description> commands;

    /// The last word of the path.
    std::string name() const { return path.substr(path.rfind(' ') + 1); }
};

command_description describe(const CLI::App&);

/// The words of `table|json`; empty when the text is a name for a value, such as `FILE`.
std::vector<std::string> choices_of(const std::string& value);

/// All commands, this one first, each before those below it.
std::vector<const command_description*> flattened(const command_description&);

}  // namespace latchkey::cli
