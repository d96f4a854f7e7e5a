#include "crypto/uuid.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "crypto/random.hpp"

namespace latchkey::crypto {
namespace {

constexpr char digits[] = "0123456789abcdef";
constexpr std::int64_t last_millisecond = (std::int64_t{1} << 48) - 1;

/// Where the two digits of each byte stand in the canonical text.
constexpr std::array<std::uint8_t, 16> places{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> dashes{8, 13, 18, 23};

constexpr std::uint64_t each_byte(std::uint8_t value) noexcept {
    return std::uint64_t{0x0101010101010101} * value;
}

/// The high bit of every byte that is at least `least`; the bytes and `least` are below 0x80.
constexpr std::uint64_t at_least(std::uint64_t bytes, std::uint8_t least) noexcept {
    return (bytes + each_byte(static_cast<std::uint8_t>(0x80 - least))) & each_byte(0x80);
}

/// Eight digits as four bytes, in the order of their memory; lower case only: one id has one spelling. `good`
/// becomes false when one is no digit.
std::uint32_t read_digits(const char* from, bool& good) noexcept {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t text;
    std::memcpy(&text, from, sizeof text);
    const std::uint64_t ascii = text & each_byte(0x7F);
    const std::uint64_t number = at_least(ascii, '0') & ~at_least(ascii, '9' + 1);
    const std::uint64_t letter = at_least(ascii, 'a') & ~at_least(ascii, 'f' + 1);
    good = good && (((number | letter) & ~text) & each_byte(0x80)) == each_byte(0x80);
    // '0' is 0x30 and 'a' is 0x61: the low half of each, and nine more for a letter.
    const std::uint64_t values = (text & each_byte(0x0F)) + (letter >> 7) * 9;
    const std::uint64_t pairs = (values << 4 | values >> 8) & 0x00FF00FF00FF00FF;
    const std::uint64_t halves = (pairs | pairs >> 8) & 0x0000FFFF0000FFFF;
    return static_cast<std::uint32_t>(halves | halves >> 16);
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
    // The 32 digits side by side, so that four steps take eight each.
    std::array<char, 32> all;
    const char* from = text.data();
    std::memcpy(all.data(), from, 8);
    std::memcpy(all.data() + 8, from + 9, 4);
    std::memcpy(all.data() + 12, from + 14, 4);
    std::memcpy(all.data() + 16, from + 19, 4);
    std::memcpy(all.data() + 20, from + 24, 12);
    uuid parsed;
    bool good = true;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint32_t four = read_digits(all.data() + i * 8, good);
        std::memcpy(parsed.bytes.data() + i * 4, &four, sizeof four);
    }
    return good ? std::optional(parsed) : std::nullopt;
}

std::string uuid::text() const {
    std::string out;
    append_to(out);
    return out;
}

void uuid::append_to(std::string& out) const {
    const auto at = out.size();
    out.resize(at + text_size, '-');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out[at + places[i]] = digits[bytes[i] >> 4];
        out[at + places[i] + 1] = digits[bytes[i] & 0x0f];
    }
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
