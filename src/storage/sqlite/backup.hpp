#pragma once

#include "storage/backup.hpp"

namespace latchkey::storage::sqlite {

/// storage::back_up for a SQLite file, named absolutely.
contents back_up_file(const std::filesystem::path&, const std::filesystem::path& into, const progress&);

}  // namespace latchkey::storage::sqlite
