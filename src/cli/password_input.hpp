#pragma once

#include <iosfwd>
#include <string>

#include "crypto/secret.hpp"

namespace latchkey::cli {

/// A new password: all of standard input with one line break at the end dropped (`from_stdin`), or asked for
/// twice on the terminal without echo. Throws command_error: usage without a terminal, failed when the two
/// differ. `command` is what the remedy tells to type.
secret read_new_password(bool from_stdin, const std::string& command, std::ostream& err);

/// At most 8 KiB of standard input, with one line break at the end dropped: never an argument, which every
/// user of the machine can read in the process list.
secret read_standard_input();

/// Asks on the terminal; only `yes` or `y` is yes. False without a terminal.
bool confirm(const std::string& question, std::ostream& err);

}  // namespace latchkey::cli
