#pragma once

#include "storage/sqlite/database.hpp"

namespace latchkey::storage::sqlite {

/// Marks the file as ours ("file" knows it, other programs' files are refused): PRAGMA application_id, ASCII
/// "LKey".
inline constexpr std::int64_t application_id = 0x4C4B6579;

/// The schema version this program writes.
std::int64_t known_version() noexcept;

/// Turns WAL on and brings the schema up to date, each step in one transaction; several processes may do so
/// at once. Throws open_error for a file of another program or of a later version, `failure` when SQLite
/// cannot.
void migrate(database&, const std::filesystem::path& shown);

}  // namespace latchkey::storage::sqlite
