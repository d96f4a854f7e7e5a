#include "passwords/blocklist/built_in.hpp"

// The assembler reads the file: the fastest way to get bytes into a program, and the same for g++ and clang.
// LATCHKEY_COMMON_FILTER is its path, from CMakeLists.txt.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    "latchkey_common_filter:\n"
    ".incbin \"" LATCHKEY_COMMON_FILTER
    "\"\n"
    "latchkey_common_filter_end:\n"
    ".popsection\n");

extern "C" {
extern const std::uint8_t latchkey_common_filter[] __attribute__((visibility("hidden")));
extern const std::uint8_t latchkey_common_filter_end[] __attribute__((visibility("hidden")));
}

namespace latchkey::passwords {

std::span<const std::uint8_t> built_in_filter() noexcept {
    const auto begin = reinterpret_cast<std::uintptr_t>(latchkey_common_filter);
    return {latchkey_common_filter, reinterpret_cast<std::uintptr_t>(latchkey_common_filter_end) - begin};
}

}  // namespace latchkey::passwords
