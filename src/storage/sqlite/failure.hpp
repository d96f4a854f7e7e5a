#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::storage::sqlite {

/// SQLite refused or broke. Thrown inside storage/sqlite only: the lanes turn it into an errc.
class failure : public std::runtime_error {
public:
    /// `code`: an (extended) SQLite result code; `doing`: what was tried, without any value.
    failure(int code, std::string_view doing);
    int code() const noexcept { return code_; }
    errc error() const noexcept { return meaning(code_); }

    /// errc::internal where the statement is at fault (constraint, misuse); errc::store_unavailable where the
    /// store is. Total: a code that a later SQLite adds counts as the store's.
    static errc meaning(int code) noexcept;

private:
    int code_;
};

}  // namespace latchkey::storage::sqlite
