#include "crypto/uuid.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/digit_values.hpp"
#include "crypto/random.hpp"

namespace latchkey::crypto {
namespace {

constexpr char digits[] = "0123456789abcdef";
constexpr std::int64_t last_millisecond = (std::int64_t{1} << 48) - 1;

/// Where the two digits of each byte stand in the canonical text.
constexpr std::array<std::uint8_t, 16> places{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> dashes{8, 13, 18, 23};

/// Lower-case digits only: one id has one spelling.
constexpr auto values = digit_values(digits);

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
    const auto value = [from = text.data()](std::size_t at) -> unsigned {
        return values[static_cast<std::uint8_t>(from[at])];
    };
    uuid parsed;
    unsigned seen = 0;
    for (std::size_t i = 0; i < parsed.bytes.size(); ++i) {
        const auto high = value(places[i]), low = value(places[i] + 1U);
        seen |= high | low;
        parsed.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return (seen & no_digit) == 0 ? std::optional(parsed) : std::nullopt;
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
