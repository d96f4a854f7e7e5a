#pragma once

#include <cstddef>

namespace latchkey::test {

/// How often this thread has called operator new. A program that links counted_allocations.cpp has its
/// operators replaced.
std::size_t allocations() noexcept;

}  // namespace latchkey::test
