#pragma once

#include <string>

#include "cli/description.hpp"

namespace latchkey::cli {

// Manual pages in mdoc(7), which man-db and mandoc both show.
std::string command_page(const command_description&);  ///< latchkey(1)
std::string settings_page();                           ///< latchkey.toml(5), of config/keys.hpp

}  // namespace latchkey::cli
