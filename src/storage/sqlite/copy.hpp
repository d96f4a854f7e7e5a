#pragma once

#include <functional>

#include "storage/backup.hpp"
#include "storage/sqlite/database.hpp"

namespace latchkey::storage::sqlite {

/// Copies all pages of one state of `from` into `to`. Throws `failure`, given_up.
void copy_pages(database& from, database& to, const progress&);

/// `quick` leaves out whether the indexes agree with their tables.
enum class check { quick, whole };
/// The first thing that is not as it should be, with pages, indexes and references; empty when all is well.
std::string first_fault(database&, check);

/// Throws open_error about `shown` unless every page, index and reference is as it should be.
void require_integrity(database&, const std::filesystem::path& shown, const progress&);

/// One plain file: what is in the log goes into it, and -wal and -shm go. Needs access::alone. Throws
/// `failure`, with SQLITE_BUSY when somebody else has the file open.
void fold_log(database&);

/// What a store of any version holds.
contents contents_of(database&);

}  // namespace latchkey::storage::sqlite
