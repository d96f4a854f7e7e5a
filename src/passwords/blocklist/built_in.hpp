#pragma once

#include <cstdint>
#include <span>

namespace latchkey::passwords {

/// common.filter, as it lies in the program.
std::span<const std::uint8_t> built_in_filter() noexcept;

}  // namespace latchkey::passwords
