#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "users/user.hpp"

/// How values that more than one table keeps are written in a column.
namespace latchkey::storage::sqlite {

/// Sorted, each once, separated by one blank.
std::string join_words(std::vector<std::string>);
std::vector<std::string> split_words(std::string_view);

/// From the columns id, username, email, scopes, disabled, created_at, updated_at, password_changed_at, the
/// first of them `first`.
users::user read_user(const rows&, int first = 0);

}  // namespace latchkey::storage::sqlite
