#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Argon2id's inner loop, once for each instruction set (RFC 9106, version 0x13, one lane).
namespace latchkey::passwords::argon2 {

/// A block is 1024 bytes: 128 words of 64 bits, for the RFC an 8 by 16 matrix (section 3.6).
inline constexpr std::size_t block_words = 128;
inline constexpr std::size_t block_size = 1024;

/// **The layout in memory.** Our blocks are a permutation of the RFC's, so that no kernel shuffles on load.
///
/// G runs the permutation P over the rows, then over the columns. P mixes 16 words as four vectors of four,
/// and within a vector no word meets another until the vectors are rotated against each other. So rows 2p and
/// 2p+1 lie together: group p, quarter q is eight words,
///
///     words 0–3: row 2p,   columns 4q to 4q+3
///     words 4–7: row 2p+1, columns 4q to 4q+3
///
/// One 512-bit register (or two of 256 bits) holds one such octet. For the rows, P's a, b, c, d are the
/// quarters 0 to 3 of a group: two rows at once. The RFC's "columns" are pairs of words, (2i, 2i+1) of every
/// row. Swapping the middle two 128-bit parts of an octet turns it to [row 2p pair 2q, row 2p+1 pair 2q | the
/// same of pair 2q+1]; then P's a, b, c, d for the columns 2q and 2q+1 are quarter q of the groups 0 to 3.
/// The same swap brings the rows back.
///
/// XOR does not mind the order, and the only word that the walk reads is number 0, which stays number 0.
constexpr std::size_t place_of(std::size_t word) noexcept {
    const std::size_t row = word / 16;
    const std::size_t column = word % 16;
    return (row / 2 * 4 + column / 4) * 8 + row % 2 * 4 + column % 4;
}

/// Memory to be filled: `blocks` blocks in our layout, aligned to 64 bytes, the first two of them set.
struct filling {
    std::uint64_t* memory = nullptr;
    std::uint32_t blocks = 0;  ///< m' of the RFC: a multiple of 4, at least 8
    std::uint32_t passes = 0;  ///< t
    void (*pause)() noexcept =
        nullptr;  ///< called every steps_between_pauses blocks, so that others get the processor
};

/// About 80 us of one login, 130 us of two.
inline constexpr std::uint32_t steps_between_pauses = 512;

/// One instruction set's implementation. All functions are pure in what they are handed, thread-safe, and
/// never throw; they take no branch on a secret but those of Argon2id itself (the reference index after the
/// first half pass).
struct kernel {
    const char* name;
    void (*fill)(const filling&);
    /// Two of equal size and passes, block by block in turn: while one waits for memory, the other computes.
    void (*fill_two)(const filling&, const filling&);
    /// G of section 3.5 on three blocks in our layout: next = G(previous, reference). For tests.
    void (*compress)(const std::uint64_t* previous, const std::uint64_t* reference, std::uint64_t* next);
};

/// The kernels this processor and system can run, fastest first. Empty where libsodium has to do.
std::span<const kernel* const> usable_kernels() noexcept;

}  // namespace latchkey::passwords::argon2
