#pragma once

#include <filesystem>
#include <memory>

#include "storage/store.hpp"

namespace latchkey::storage::sqlite {

/// storage::open for a SQLite file, named absolutely. Throws open_error.
std::unique_ptr<store> open_file(const std::filesystem::path&, open_options);

}  // namespace latchkey::storage::sqlite
