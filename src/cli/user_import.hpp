#pragma once

#include "cli/context.hpp"

namespace latchkey::cli {

/// `import` of the family `user`: accounts from JSON lines (user_line.hpp) or from another system's export
/// (import_format.hpp).
void add_user_import(CLI::App& family, context&);

}  // namespace latchkey::cli
