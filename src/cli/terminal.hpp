#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "crypto/secret.hpp"

namespace latchkey::cli {

/// Text of somebody else's as a terminal may show it: what would move its cursor, change its colours or turn
/// the order of letters round (control characters of all kinds, bidirectional formatting, separators, bytes
/// that are not UTF-8) comes out as `?`. Line breaks stay where `lines` is `keep`.
enum class line_breaks { replace, keep };
std::string for_terminal(std::string_view text, line_breaks lines = line_breaks::replace);

/// Prompts on `err` and reads one line from the terminal on standard input without echo, its line break
/// included. The terminal is as it was afterwards, also when a signal ends or stops the program meanwhile.
/// Throws command_error when the input ends before a line does.
secret read_hidden_line(std::string_view prompt, std::ostream& err);

}  // namespace latchkey::cli
