#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/secret.hpp"

namespace latchkey::crypto {

/// Fills from the kernel's generator (getrandom by libsodium).
void random_bytes(std::span<std::uint8_t> out);

template <std::size_t N>
std::array<std::uint8_t, N> random_array() {
    std::array<std::uint8_t, N> out;
    random_bytes(out);
    return out;
}

secret random_secret(std::size_t size);

}  // namespace latchkey::crypto
