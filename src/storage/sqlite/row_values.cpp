#include "storage/sqlite/row_values.hpp"

#include <algorithm>

#include "base/distinct.hpp"

namespace latchkey::storage::sqlite {

std::string join_words(std::vector<std::string> words) {
    sort_distinct(words);
    std::string joined;
    for (const auto& word : words)
        joined.append(joined.empty() ? "" : " ").append(word);
    return joined;
}

std::vector<std::string> split_words(std::string_view joined) {
    std::vector<std::string> words;
    while (!joined.empty()) {
        const auto end = std::min(joined.find(' '), joined.size());
        words.emplace_back(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return words;
}

users::user read_user(const rows& row, int first) {
    users::user read;
    read.id.value = row.uuid(first);
    read.username = row.text(first + 1);
    if (!row.is_null(first + 2)) read.email = std::string(row.text(first + 2));
    read.scopes = split_words(row.text(first + 3));
    read.disabled = row.integer(first + 4) != 0;
    read.created_at = row.time(first + 5);
    read.updated_at = row.time(first + 6);
    read.password_changed_at = row.time(first + 7);
    return read;
}

}  // namespace latchkey::storage::sqlite
