#include "crypto/uuid.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hex.hpp"
#include "crypto/random.hpp"

namespace latchkey::crypto {
namespace {

constexpr std::int64_t last_millisecond = (std::int64_t{1} << 48) - 1;

constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};

/// The 32 digits of a canonical text side by side, without the dashes.
byte_block first_half(const char* text) noexcept {
    return make_block(load<std::uint64_t>(text), load_both(text + 9, text + 14));
}
byte_block second_half(const char* text) noexcept {
    return make_block(load_both(text + 19, text + 24), load<std::uint64_t>(text + 28));
}

}  // namespace

uuid uuid::v7(unix_time now) {
    const auto ms = std::clamp<std::int64_t>(now.time_since_epoch().count(), 0, last_millisecond);
    uuid made{random_array<16>()};
    for (std::size_t i = 0; i < 6; ++i)
        made.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i) & 0xff);
    made.bytes[6] = static_cast<std::uint8_t>(0x70 | (made.bytes[6] & 0x0f));
    made.bytes[8] = static_cast<std::uint8_t>(0x80 | (made.bytes[8] & 0x3f));
    return made;
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
    if (text.size() != text_size) return std::nullopt;
    for (const auto at : dashes)
        if (text[at] != '-') return std::nullopt;
    byte_block wrong{};
    const std::array halves{hex::decode_block(first_half(text.data()), wrong),
                            hex::decode_block(second_half(text.data()), wrong)};
    if (any_bit(wrong)) return std::nullopt;
    return uuid{std::bit_cast<std::array<std::uint8_t, 16>>(halves)};
}

std::string uuid::text() const {
    std::string out;
    append_to(out);
    return out;
}

void uuid::append_to(std::string& out) const {
    const auto at = out.size();
    out.resize(at + text_size, '-');
    std::array<char, 32> digits;
    hex::encode(bytes, digits.data());
    char* const to = out.data() + at;
    std::memcpy(to, digits.data(), 8);
    std::memcpy(to + 9, digits.data() + 8, 4);
    std::memcpy(to + 14, digits.data() + 12, 4);
    std::memcpy(to + 19, digits.data() + 16, 4);
    std::memcpy(to + 24, digits.data() + 20, 12);
}

unix_time uuid::time() const noexcept {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i)
        ms = ms << 8 | bytes[i];
    return unix_time{std::chrono::milliseconds{ms}};
}

std::size_t uuid_hash::operator()(const uuid& id) const noexcept {
    std::size_t hash;
    std::memcpy(&hash, id.bytes.data() + 8, sizeof hash);
    return hash;
}

}  // namespace latchkey::crypto
