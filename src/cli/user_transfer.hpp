#pragma once

#include "cli/context.hpp"

namespace latchkey::cli {

/// `import` and `export` of the family `user`: all accounts as JSON lines (user_line.hpp).
void add_user_transfer(CLI::App& family, context&);

}  // namespace latchkey::cli
