#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "passwords/phc.hpp"

/// What is accepted must be canonical: it reads and writes the same text. And it never asks for more than the
/// caps.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latchkey::passwords;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto hash = parse_phc(text);
    if (!hash) return 0;
    if (format_phc(*hash) != text) std::abort();
    const auto& cost = hash->parameters;
    if (cost.memory_kib > max_memory_kib || cost.passes > max_passes || cost.lanes > max_lanes) std::abort();
    return 0;
}
