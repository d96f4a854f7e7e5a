#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace latchkey::config {

/// Damerau-Levenshtein distance (optimal string alignment) in bytes: insertions, deletions, replacements and
/// swaps of neighbours each count one.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` most probably was meant to be, the case of letters aside, the first of equals.
/// Empty when none is near: more than two edits and more than a third of the word away, or half of a short
/// word. Words over 100 bytes have no neighbour (the cost is quadratic).
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace latchkey::config
