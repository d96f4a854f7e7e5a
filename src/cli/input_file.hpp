#pragma once

#include <fstream>
#include <string>

namespace latchkey::cli {

/// The file that a command was given to read, opened as bytes. What cannot be opened, and a directory, ends
/// the command with the system's reason.
std::ifstream open_input(const std::string& command, const std::string& file);

}  // namespace latchkey::cli
