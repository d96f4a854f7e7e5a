#pragma once

#include "cli/context.hpp"

namespace latchkey::cli {

/// `export` of the family `user`: all accounts as JSON lines (user_line.hpp).
void add_user_export(CLI::App& family, context&);

}  // namespace latchkey::cli
