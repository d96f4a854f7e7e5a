#pragma once

#include <string>
#include <string_view>

#include "cli/description.hpp"

namespace latchkey::cli {

// A script for each shell. It asks nothing of the program when a key is pressed: no store is opened, no
// configuration read. Settings (`--set`) are those of config/keys.hpp.
std::string bash_completion(const command_description&);
std::string zsh_completion(const command_description&);
std::string fish_completion(const command_description&);

}  // namespace latchkey::cli
