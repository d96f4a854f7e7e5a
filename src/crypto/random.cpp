#include "crypto/random.hpp"

#include <sodium.h>

namespace latchkey::crypto {

void random_bytes(std::span<std::uint8_t> out) {
    randombytes_buf(out.data(), out.size());
}

secret random_secret(std::size_t size) {
    secret made = secret::of_size(size);
    random_bytes(made.bytes());
    return made;
}

}  // namespace latchkey::crypto
