#pragma once

#include <algorithm>
#include <vector>

namespace latchkey {

/// Sorts, and leaves one of those that are equal.
template <class T>
void sort_distinct(std::vector<T>& all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace latchkey
