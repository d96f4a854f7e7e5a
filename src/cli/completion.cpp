#include "cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <set>

#include "cli/choice.hpp"
#include "cli/commands.hpp"
#include "config/keys.hpp"

namespace latchkey::cli {

namespace {

/// For all three shells: in single quotes nothing means anything but their end.
std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& each : words)
        out += (out.empty() ? "" : " ") + each;
    return out;
}

/// `server.listen=` of every key; where the values can be listed, one with each: `log.format=json`.
std::string settings() {
    std::vector<std::string> all;
    for (const auto& k : config::keys()) {
        auto values = choices_of(std::string(k.choices));
        if (k.notation == config::notation::boolean) values = {"true", "false"};
        if (values.empty()) values.emplace_back();
        for (const auto& value : values)
            all.push_back(std::string(k.name) + "=" + value);
    }
    return joined(all);
}

/// What a shell offers for a value: words, or `FILE`, `DIR`, `SECTION.KEY=VALUE`; nothing for the rest.
std::string offer(const std::string& value) {
    const auto choices = choices_of(value);
    return choices.empty() ? value : joined(choices);
}

/// `name:help` as zsh's _describe wants it.
std::string entry(std::string name, const std::string& help) {
    for (auto at = name.find(':'); at != std::string::npos; at = name.find(':', at + 2))
        name.insert(at, "\\");
    return in_quotes(name + ":" + help);
}

std::string option_pattern(const command_description& command, const option_description& option,
                           const std::string& name) {
    return option.common ? "*" + in_quotes(" " + name) : in_quotes(command.path + " " + name);
}

/// The arms of a `case` over "path option": what stands behind the options that take a value. Common options
/// are the same everywhere.
std::string value_arms(const command_description& top) {
    std::string out;
    std::set<std::string> told;
    for (const auto* command : flattened(top))
        for (const auto& option : command->options)
            for (const auto& name : option.names) {
                const auto pattern = option_pattern(*command, option, name);
                if (option.value.empty() || !told.insert(pattern).second) continue;
                out.append("    ").append(pattern).append(") value=").append(in_quotes(offer(option.value)));
                out += " ;;\n";
            }
    return out;
}

std::string argument_offer(const command_description& command) {
    return command.arguments.empty() ? std::string() : offer(command.arguments.front().value);
}

std::string bash_arms(const command_description& top) {
    std::string out;
    for (const auto* command : flattened(top)) {
        std::vector<std::string> commands, options;
        for (const auto& each : command->commands)
            commands.push_back(each.name());
        for (const auto& each : command->options)
            options.insert(options.end(), each.names.begin(), each.names.end());
        out += "    " + in_quotes(command->path) + ") commands=" + in_quotes(joined(commands)) +
               " options=" + in_quotes(joined(options)) + " argument=" + in_quotes(argument_offer(*command)) +
               " ;;\n";
    }
    return out;
}

std::string zsh_arms(const command_description& top) {
    std::string out;
    for (const auto* command : flattened(top)) {
        out += "    " + in_quotes(command->path) + ")\n      subcommands=(";
        for (const auto& each : command->commands)
            out += entry(each.name(), each.help) + " ";
        out += ")\n      flags=(";
        for (const auto& each : command->options)
            for (const auto& name : each.names)
                out += entry(name, each.help) + " ";
        out += ")\n      argument=" + in_quotes(argument_offer(*command)) + " ;;\n";
    }
    return out;
}

/// fish knows two escapes in single quotes.
std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish_value(const std::string& value) {
    if (value.empty()) return {};
    if (value == "FILE") return " -r -F";
    if (value == "DIR") return " -x -a '(__fish_complete_directories)'";
    if (value == "SECTION.KEY=VALUE") return " -x -a " + fish_quoted(settings());
    const auto choices = choices_of(value);
    return choices.empty() ? " -x" : " -x -a " + fish_quoted(joined(choices));
}

std::string fish_option(const command_description& command, const option_description& option) {
    std::string line = "complete -c latchkey";
    if (!option.common) line += " -n " + fish_quoted("__latchkey_at " + in_quotes(command.path));
    for (const auto& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    return line + fish_value(option.value) + " -d " + fish_quoted(option.help) + "\n";
}

std::string fish_lines(const command_description& top) {
    std::string out;
    std::set<std::string> told;
    for (const auto* command : flattened(top)) {
        const auto at = " -n " + fish_quoted("__latchkey_at " + in_quotes(command->path));
        for (const auto& each : command->commands)
            out +=
                "complete -c latchkey" + at + " -a " + each.name() + " -d " + fish_quoted(each.help) + "\n";
        const auto argument =
            command->arguments.empty() ? std::string() : fish_value(command->arguments.front().value);
        if (argument.size() > std::string_view(" -x").size())
            out.append("complete -c latchkey").append(at).append(argument).append("\n");
        for (const auto& each : command->options)
            if (const auto line = fish_option(*command, each); told.insert(line).second) out += line;
    }
    return out;
}

std::string fish_names(const command_description& top, bool of_values) {
    std::set<std::string> names;
    for (const auto* command : flattened(top)) {
        if (!of_values) names.insert(fish_quoted(command->path));
        for (const auto& option : command->options)
            if (of_values && !option.value.empty()) names.insert(option.names.begin(), option.names.end());
    }
    return joined({names.begin(), names.end()});
}

constexpr std::string_view bash_walk = R"bash(
_latchkey() {
    COMPREPLY=()
    # The words as they were typed: bash splits them at = and : as well.
    local line=${COMP_LINE:0:COMP_POINT} words cur at=latchkey word commands options argument value i
    read -ra words <<<"$line"
    cur=
    [[ $line == *[[:space:]] ]] || { cur=${words[-1]}; unset 'words[-1]'; }
    _latchkey_at "$at"
    local expects=
    for ((i = 1; i < ${#words[@]}; i++)); do
        word=${words[i]}
        if [[ -n $expects ]]; then
            expects=
        elif [[ $word == -* ]]; then
            _latchkey_value "$at $word"
            expects=$value
        elif [[ " $commands " == *" $word "* ]]; then
            at+=" $word"
            _latchkey_at "$at"
        else
            argument= commands=
        fi
    done
    local prefix=
    if [[ -z $expects && $cur == --*=* ]]; then
        _latchkey_value "$at ${cur%%=*}"
        expects=$value prefix=${cur%%=*}= cur=${cur#*=}
    fi
    local offered
    if [[ -n $expects ]]; then
        offered=$expects
    elif [[ $cur == -* ]]; then
        offered=$options
    else
        offered="$commands $argument"
    fi
    case $offered in
        *SECTION.KEY=VALUE*) offered=$_latchkey_settings; compopt -o nospace 2>/dev/null ;;
    esac
    case " $offered " in
        *' FILE '*) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; offered= ;;
        *' DIR '*) COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null; offered= ;;
    esac
    # Words in capitals are names for values, not values.
    for word in $offered; do
        [[ $word =~ ^[A-Z][A-Z:]*$ ]] || [[ $word != "$cur"* ]] || COMPREPLY+=("$prefix$word")
    done
    # What is before the last = or : is no part of the word to bash.
    local whole=$prefix$cur kept=
    [[ $COMP_WORDBREAKS == *=* && $whole == *=* ]] && kept=${whole%=*}=
    [[ -z $kept ]] || COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
complete -F _latchkey latchkey
)bash";

constexpr std::string_view zsh_walk = R"zsh(
_latchkey() {
    local at=latchkey word expects= value argument i
    local -a subcommands flags
    _latchkey_at $at
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        if [[ -n $expects ]]; then
            expects=
        elif [[ $word == -* ]]; then
            _latchkey_value "$at $word"
            expects=$value
        elif (( ${subcommands[(I)${word}:*]} )); then
            at+=" $word"
            _latchkey_at $at
        else
            argument= subcommands=()
        fi
    done
    if [[ -z $expects && $PREFIX == --*=* ]]; then
        _latchkey_value "$at ${PREFIX%%=*}"
        expects=$value
        compset -P 1 '*='
    fi
    if [[ -z $expects && $PREFIX == -* ]]; then
        _describe -o option flags
        return
    fi
    [[ -n $expects ]] || { (( $#subcommands )) && _describe command subcommands; expects=$argument; }
    case $expects in
        FILE) _files ;;
        DIR) _files -/ ;;
        SECTION.KEY=VALUE) compadd -S '' -- ${=_latchkey_settings} ;;
        *) for word in ${=expects}; do [[ $word =~ '^[A-Z][A-Z:]*$' ]] || compadd -- $word; done ;;
    esac
}
compdef _latchkey latchkey
)zsh";

constexpr std::string_view fish_walk = R"fish(
# Whether the words typed so far name this command and no other.
function __latchkey_at
    set -l at latchkey
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__latchkey_with_value
            set skip 1
        else if contains -- "$at $word" $__latchkey_commands
            set at "$at $word"
        else if string match -q -- "$at *" $__latchkey_commands
            return 1
        end
    end
    test "$at" = "$argv[1]"
end
complete -c latchkey -f
)fish";

}  // namespace

std::string bash_completion(const command_description& top) {
    return "# bash: source <(latchkey completion bash)\n_latchkey_settings=" + in_quotes(settings()) +
           "\n_latchkey_at() {\n    commands= options= argument=\n    case $1 in\n" + bash_arms(top) +
           "    esac\n}\n_latchkey_value() {\n    value=\n    case $1 in\n" + value_arms(top) +
           "    esac\n}\n" + std::string(bash_walk);
}

std::string zsh_completion(const command_description& top) {
    return "#compdef latchkey\n# zsh: source <(latchkey completion zsh), after "
           "compinit\n_latchkey_settings=" +
           in_quotes(settings()) +
           "\n_latchkey_at() {\n    subcommands=() flags=() argument=\n    case $1 in\n" + zsh_arms(top) +
           "    esac\n}\n_latchkey_value() {\n    value=\n    case $1 in\n" + value_arms(top) +
           "    esac\n}\n" + std::string(zsh_walk);
}

std::string fish_completion(const command_description& top) {
    return "# fish: latchkey completion fish | source\nset -g __latchkey_commands " + fish_names(top, false) +
           "\nset -g __latchkey_with_value " + fish_names(top, true) + "\n" + std::string(fish_walk) +
           fish_lines(top);
}

void add_completion(CLI::App& app, context& c) {
    const auto shell = std::make_shared<std::string>();
    const auto* const top = &app;
    auto& command =
        add_command(app, "completion", "Print a script that completes commands, options and settings", c,
                    [&c, shell, top] {
                        const auto described = describe(*top);
                        c.out << (*shell == "bash"  ? bash_completion(described)
                                  : *shell == "zsh" ? zsh_completion(described)
                                                    : fish_completion(described));
                        return 0;
                    });
    one_of(command.add_option("SHELL", *shell, "To be sourced by that shell")->required(), "bash|zsh|fish");
}

}  // namespace latchkey::cli
