#pragma once

#include <string>

namespace CLI {
class Option;
}

namespace latchkey::cli {

/// Refuses a word that is none of `words` (`table|json`) with the nearest one, as a usage error of `option`.
void require_choice(const std::string& option, const std::string& given, const std::string& words);

/// An option or argument that takes one of these words: --help and completion show them, others are refused.
CLI::Option* one_of(CLI::Option*, const std::string& words);

}  // namespace latchkey::cli
