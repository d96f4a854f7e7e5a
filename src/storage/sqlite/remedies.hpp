#pragma once

/// What an operator can do, where several open_errors have the same answer.
namespace latchkey::storage::sqlite {

inline constexpr auto name_the_store =
    "--data-dir DIR where the store is; latchkey serve and latchkey user add make a new one";
inline constexpr auto make_room = "make room, and see who owns the directory; latchkey doctor looks at both";
inline constexpr auto take_a_backup = "a file made by `latchkey backup`";

}  // namespace latchkey::storage::sqlite
