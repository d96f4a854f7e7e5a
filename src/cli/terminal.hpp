#pragma once

#include <iosfwd>
#include <string_view>

#include "crypto/secret.hpp"

namespace latchkey::cli {

/// Prompts on `err` and reads one line from the terminal on standard input without echo, its line break
/// included. The terminal is as it was afterwards, also when a signal ends or stops the program meanwhile.
/// Throws command_error when the input ends before a line does.
secret read_hidden_line(std::string_view prompt, std::ostream& err);

}  // namespace latchkey::cli
