#include "oauth/scope.hpp"

#include <algorithm>
#include <iterator>

#include "base/distinct.hpp"
#include "users/username.hpp"

namespace latchkey::oauth {

result<scope_set> parse_scope(std::string_view text) {
    if (text.size() > users::max_scope_size) return errc::invalid_scope;
    scope_set words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        if (!users::is_scope_token(word)) return errc::invalid_scope;
        words.emplace_back(word);
    }
    sort_distinct(words);
    return words;
}

std::string join_scope(const scope_set& words) {
    std::string joined;
    for (const auto& word : words) {
        if (!joined.empty()) joined += ' ';
        joined += word;
    }
    return joined;
}

scope_set intersect(const scope_set& a, const scope_set& b) {
    scope_set both;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    return both;
}

bool is_within(const scope_set& inner, const scope_set& outer) {
    return std::ranges::includes(outer, inner);
}

result<scope_set> grant_scope(const scope_set& asked, const scope_set& allowed, bool narrow) {
    if (!narrow && !is_within(asked, allowed)) return errc::invalid_scope;
    auto granted = asked.empty() ? allowed : intersect(asked, allowed);
    // Accounts and clients are held to it, too; but this one may have come before that rule.
    if (!users::are_scopes(granted)) return errc::invalid_scope;
    return granted;
}

}  // namespace latchkey::oauth
