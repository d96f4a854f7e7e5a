#include "cli/manual.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/choice.hpp"
#include "cli/commands.hpp"
#include "config/keys.hpp"

namespace latchkey::cli {

namespace {

/// The pages change with the program: the day of its release.
constexpr auto date = "November 24, 2026";
constexpr std::size_t line_width = 76;

/// One word of running text: what roff would take for itself is escaped.
std::string escaped(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word.substr(i).starts_with("…")) {
            out += "...";
            i += std::string_view("…").size() - 1;
        } else if (word[i] == '\\') {
            out += "\\e";
        } else if (word[i] == '-') {
            out += "\\-";
        } else {
            out += word[i];
        }
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

bool ends_sentence(std::string_view word) {
    return word.ends_with('.') || word.ends_with('?') || word.ends_with('!');
}

/// Lines of text; each sentence begins a new one, as mdoc asks.
std::string filled(std::string_view text) {
    std::string out, line;
    const auto end_line = [&] {
        if (!line.empty()) out += line + "\n";
        line.clear();
    };
    while (!text.empty()) {
        const auto blank = std::min(text.find(' '), text.size());
        const auto word = escaped(text.substr(0, blank));
        if (line.size() + 1 + word.size() > line_width) end_line();
        line += (line.empty() ? "" : " ") + word;
        if (ends_sentence(text.substr(0, blank))) end_line();
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    end_line();
    return out;
}

std::string sentence(const std::string& text) {
    return filled(ends_sentence(text) ? text : text + ".");
}

/// `Fl Fl email Ar TEXT`
std::string item(const option_description& option) {
    std::string out = ".It";
    for (const auto& name : option.names) {
        out += out == ".It" ? " " : " , ";
        out += name.starts_with("--") ? "Fl Fl " + escaped(name.substr(2)) : "Fl " + escaped(name.substr(1));
    }
    return out + (option.value.empty() ? "" : " Ar " + escaped(option.value)) + "\n";
}

std::string options_list(const command_description& command, bool common) {
    std::string items;
    for (const auto& each : command.options)
        if (each.common == common) items += item(each) + sentence(each.help);
    return items;
}

std::string arguments_list(const command_description& command) {
    std::string items;
    for (const auto& each : command.arguments) {
        const auto choices = choices_of(each.value).empty() ? "" : " (" + escaped(each.value) + ")";
        items += std::string(each.required ? ".It Ar " : ".It Op Ar ") + escaped(each.name) + choices + "\n" +
                 sentence(each.help);
    }
    return items;
}

std::string listed(const std::string& items) {
    return items.empty() ? items : ".Bl -tag -width Ds\n" + items + ".El\n";
}

std::string command_section(const command_description& command) {
    std::string out = ".Ss " + escaped(command.path);
    for (const auto& each : command.arguments)
        if (each.required) out += " " + escaped(each.name);
    return out + "\n" + sentence(command.help) +
           listed(arguments_list(command) + options_list(command, false));
}

std::string header(const char* title, int section, const char* name, const char* what) {
    return std::string(".Dd ") + date + "\n.Dt " + title + " " + std::to_string(section) +
           "\n.Os\n.Sh NAME\n.Nm " + name + "\n.Nd " + what + "\n";
}

constexpr auto introduction = R"(.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar options
.Sh DESCRIPTION
.Nm
takes a user name and a password at
.Em POST /token ,
answers with a signed, expiring token, and lets requests through that carry it.
.Ic latchkey serve
runs the service;
.Ic latchkey dev
tries it, with throw\-away accounts.
The other commands administer it, also while it runs.
)";

constexpr auto conclusion = R"(.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev LATCHKEY_CONFIG
The configuration file, unless
.Fl Fl config
names one.
.It Ev LATCHKEY_SECTION_KEY
Any setting; see
.Xr latchkey.toml 5 .
.It Ev LATCHKEY_MASTER_KEY , LATCHKEY_MASTER_KEY_FILE
Seals the signing keys in the store.
.It Ev LATCHKEY_TOKENS_HMAC_SECRET , LATCHKEY_TOKENS_HMAC_SECRET_FILE
The HS256 key, when backends share it.
.El
.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/latchkey/latchkey.toml
The configuration, when no other is named and this one is there.
.It Pa /var/lib/latchkey/latchkey.db
The store, in the data directory.
.El
.Sh EXIT STATUS
0 on success, 1 when something failed, 2 for a command line that cannot be
understood, 78 for a configuration that cannot be used.
.Sh EXAMPLES
Make an account and run the service:
.Bd -literal -offset indent
$ latchkey user add alice
$ latchkey serve
.Ed
.Pp
Copy the store while it is in use, and look at everything at once:
.Bd -literal -offset indent
$ latchkey backup backup.db
$ latchkey doctor
.Ed
.Sh SEE ALSO
.Xr latchkey.toml 5
)";

std::string setting_item(const config::key& k) {
    std::string facts = "Default: " + k.format(config::settings{});
    if (k.format(config::settings{}).empty()) facts = "Default: empty";
    if (!k.choices.empty()) facts += ". One of " + std::string(k.choices);
    if (!k.lowest.empty()) facts += ". From " + std::string(k.lowest) + " to " + std::string(k.highest);
    return ".It Cm " + escaped(k.name) + "\n" + sentence(std::string(k.help)) + sentence(facts);
}

}  // namespace

std::string command_page(const command_description& top) {
    std::string out = header("LATCHKEY", 1, "latchkey", "standalone authentication microservice");
    out += std::string(introduction) + "Every command takes these options, before or after its name:\n" +
           listed(options_list(top, true));
    out += ".Sh COMMANDS\n";
    for (const auto* command : flattened(top))
        if (command->commands.empty()) out += command_section(*command);
    return out + conclusion;
}

std::string settings_page() {
    std::string out = header("LATCHKEY.TOML", 5, "latchkey.toml", "configuration of latchkey");
    out += ".Sh DESCRIPTION\n";
    out += filled(
        "A TOML file. An option beats the environment, which beats the file, which beats the default: "
        "`--set tokens.access_lifetime=5m`, LATCHKEY_TOKENS_ACCESS_LIFETIME=5m, or in the section [tokens] "
        "the "
        "line access_lifetime = \"5m\". Durations are written 15m, sizes 64MiB.");
    out += ".Pp\n" + filled("`latchkey config init` writes such a file, `latchkey config check` judges one.");
    out += ".Bl -tag -width Ds\n";
    for (const auto& k : config::keys())
        out += setting_item(k);
    return out + ".El\n.Sh SEE ALSO\n.Xr latchkey 1\n";
}

void add_man(CLI::App& app, context& c) {
    const auto page = std::make_shared<std::string>("latchkey.1");
    const auto* const top = &app;
    auto& command = add_command(
        app, "man", "Print a manual page: latchkey man > latchkey.1; man -l latchkey.1", c, [&c, page, top] {
            c.out << (*page == "latchkey.1" ? command_page(describe(*top)) : settings_page());
            return 0;
        });
    one_of(command.add_option("PAGE", *page, "Default: latchkey.1"), "latchkey.1|latchkey.toml.5");
}

}  // namespace latchkey::cli
