#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Bytes that are looked at together: the vector extension of g++ and clang, which becomes the machine's own
/// vector instructions wherever it is compiled. A comparison of blocks is all ones in each byte where it
/// holds. A block is never put together in memory, where the processor would wait to read back what was
/// written in pieces.
namespace latchkey {

static_assert(std::endian::native == std::endian::little);

/// As many of `Number` as `Size` bytes hold.
template <class Number, std::size_t Size>
using numbers_together __attribute__((vector_size(Size))) = Number;

/// What every machine that we run on takes in one instruction.
using byte_block = numbers_together<std::uint8_t, 16>;

template <class Number>
Number load(const char* from) noexcept {
    Number number;
    std::memcpy(&number, from, sizeof number);
    return number;
}

inline byte_block make_block(std::uint64_t first, std::uint64_t second) noexcept {
    return byte_block(numbers_together<std::uint64_t, 16>{first, second});
}

/// Two that may overlap, side by side.
inline std::uint64_t load_both(const char* first, const char* second) noexcept {
    return load<std::uint32_t>(first) | std::uint64_t{load<std::uint32_t>(second)} << 32;
}

/// Every byte of a text shorter than a block, some of them twice; blanks where there is none.
inline byte_block load_short(std::string_view text) noexcept {
    constexpr std::uint64_t blanks = 0x2020'2020'2020'2020;
    const char* const end = text.data() + text.size();
    if (text.size() >= 8) return make_block(load<std::uint64_t>(text.data()), load<std::uint64_t>(end - 8));
    if (text.size() >= 4) return make_block(load_both(text.data(), end - 4), blanks);
    if (text.empty()) return make_block(blanks, blanks);
    const auto byte = [text](std::size_t i) { return std::uint64_t{static_cast<std::uint8_t>(text[i])}; };
    const auto three = byte(0) | byte(text.size() / 2) << 8 | byte(text.size() - 1) << 16;
    return make_block(three | blanks << 24, blanks);
}

/// Whether any bit of the block is set.
inline bool any_bit(byte_block block) noexcept {
    const auto halves = numbers_together<std::uint64_t, 16>(block);
    return (halves[0] | halves[1]) != 0;
}

/// How many bytes stand before the first one that `marks` (all ones or none in each byte) has; the size of a
/// block when it has none.
inline std::size_t before_first(byte_block marks) noexcept {
    const auto halves = numbers_together<std::uint64_t, 16>(marks);
    const auto bits = halves[0] != 0 ? std::countr_zero(halves[0]) : 64 + std::countr_zero(halves[1]);
    return static_cast<std::size_t>(bits) / 8;
}

/// Whether `marks`, which answers a block with a mask, marks a byte of `text`. A blank is never to be marked.
template <class Marks>
bool any_marked(std::string_view text, Marks marks) noexcept {
    constexpr std::size_t size = sizeof(byte_block);
    if (text.size() < size) return any_bit(byte_block(marks(load_short(text))));
    auto found = byte_block(marks(load<byte_block>(text.data() + text.size() - size)));
    for (; text.size() > size; text.remove_prefix(size))
        found |= byte_block(marks(load<byte_block>(text.data())));
    return any_bit(found);
}

}  // namespace latchkey
