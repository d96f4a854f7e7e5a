#pragma once

#include <span>

namespace latchkey::storage {

/// The files of schema/ in order, embedded at build time: the n-th brings a data base from version n-1 to n.
std::span<const char* const> sqlite_migrations() noexcept;

}  // namespace latchkey::storage
