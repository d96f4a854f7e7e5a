#pragma once

#include "storage/backup.hpp"

namespace latchkey::storage::sqlite {

/// storage::restore for a SQLite file, named absolutely.
restored restore_file(const std::filesystem::path&, const restoration&, const progress&);

}  // namespace latchkey::storage::sqlite
