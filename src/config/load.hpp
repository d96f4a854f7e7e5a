#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace latchkey::config {

/// A configuration file and what it is called in messages.
struct toml_text {
    std::string name;
    std::string text;
};

/// One value from the command line.
struct assignment {
    std::string option;  ///< how it was given: `--set`, `--listen`
    std::string key;
    std::string value;
};

/// Where settings come from, the weakest first.
struct sources {
    settings defaults;                          ///< what holds where nothing is said
    std::optional<std::filesystem::path> file;  ///< read at each load()
    config::environment environment;
    std::vector<assignment> options;
};

struct load_result {
    config::settings settings;
    std::map<std::string_view, std::string>
        origins;                ///< by key name: where its value was said; absent: default
    config::problems problems;  ///< empty: the settings may be used

    bool ok() const noexcept { return problems.empty(); }
};

/// Option over environment over file over default, then check(). Reports everything that is wrong, not only
/// the first: an unknown key or variable, a bad value even where a stronger source overrides it, and what
/// does not fit together. A file that cannot be read is a problem as well.
load_result load(const sources&);

/// The same with the file's text given: no disk.
load_result load(const sources&, const std::optional<toml_text>& file);

/// Where the value of a key was said; `default` when nowhere.
std::string origin_of(const load_result&, std::string_view key);

}  // namespace latchkey::config
