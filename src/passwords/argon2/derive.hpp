#pragma once

#include "passwords/argon2/kernel.hpp"
#include "passwords/engine.hpp"

/// What surrounds the fill: the first two blocks from the password, the tag from the last block (RFC 9106
/// section 3.2, 3.3). BLAKE2b is libsodium's.
namespace latchkey::passwords::argon2 {

/// Bytes of memory that a derivation of this cost fills: m' blocks.
constexpr std::size_t memory_size(const argon2_parameters& cost) noexcept {
    return std::size_t{cost.memory_kib / 4 * 4} * block_size;
}

/// Sets the first two blocks. `memory` is memory_size() bytes, aligned to 64. Argon2id with one lane only.
filling start(const derivation&, std::uint64_t* memory);

/// Fills the derivation's tag from the memory when it is full.
void finish(const filling&, const derivation&);

}  // namespace latchkey::passwords::argon2
