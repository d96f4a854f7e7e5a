#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace latchkey::cli {

/// The program: parses the command line, runs one command, prints errors to standard error as
/// `latchkey: what: where: why` and `  try: …`. Answers the exit status (command_error.hpp). Takes the
/// process environment.
int run(int argc, char** argv);

/// The same with everything given: arguments without the program's name, streams and environment in the
/// context.
int run(const std::vector<std::string>& arguments, context&);

}  // namespace latchkey::cli
