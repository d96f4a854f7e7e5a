#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace latchkey::config {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[b.size()];
}

namespace {

std::string lower(std::string_view word) {
    std::string out(word);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t longest = 100;
    if (word.empty() || word.size() > longest) return {};
    const auto typed = lower(word);
    std::string_view best;
    // A short word is near nearly everything: more than half of it must be right.
    const auto most = std::max<std::size_t>(1, (word.size() - 1) / 2);
    std::size_t best_distance = std::min(std::max<std::size_t>(2, word.size() / 3), most) + 1;
    for (const auto candidate : candidates)
        if (const auto distance = edit_distance(typed, lower(candidate)); distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    return best;
}

}  // namespace latchkey::config
