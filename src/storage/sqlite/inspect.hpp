#pragma once

#include "storage/inspect.hpp"

namespace latchkey::storage::sqlite {

/// storage::inspect for a SQLite file, named absolutely.
inspection inspect_file(const std::filesystem::path&, const std::optional<crypto::master_key>&);

}  // namespace latchkey::storage::sqlite
