#pragma once

#include <string>
#include <vector>

#include "config/load.hpp"
#include "config/problem.hpp"

namespace latchkey::config {

/// One `key = value` of a file in the notation of values (values.hpp), and its line.
struct toml_entry {
    std::string key;  ///< dotted
    std::string value;
    std::string where;  ///< `name:line`
};

struct toml_entries {
    std::vector<toml_entry> entries;
    config::problems problems;  ///< syntax (the first error ends the file), and values of the wrong kind
};

/// TOML 1.0. Strings, integers, booleans and arrays of strings become text; a known key wants the kind its
/// type has (a list is an array, a duration a string), so that `threads = "4"` is an error and not a guess.
/// Any bytes are input.
toml_entries read_toml(const toml_text&);

}  // namespace latchkey::config
