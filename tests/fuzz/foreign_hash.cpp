#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "passwords/foreign/foreign_hash.hpp"

/// Whatever the text says: what is accepted stays within the caps. Nothing is computed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latchkey::passwords;
    const auto hash = foreign::parse({reinterpret_cast<const char*>(data), size});
    if (!hash) return 0;
    const auto work = foreign::work_of(*hash);
    if (!(work.units >= 1) || work.units > 4.0 * foreign::max_pbkdf2_iterations) std::abort();
    if (foreign::memory_of(*hash) > 2 * foreign::max_scrypt_memory) std::abort();
    return 0;
}
