#include "crypto/uuid.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/random.hpp"

namespace latchkey::crypto {
namespace {

constexpr char digits[] = "0123456789abcdef";
constexpr std::int64_t last_millisecond = (std::int64_t{1} << 48) - 1;

/// Whether a dash stands before byte `i` in the canonical text.
constexpr bool dash_before(std::size_t i) noexcept {
    return i == 4 || i == 6 || i == 8 || i == 10;
}

/// The value of a lower-case digit; 16 or more for anything else.
constexpr unsigned digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    return 16;
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
    uuid parsed;
    std::size_t at = 0;
    for (std::size_t i = 0; i < parsed.bytes.size(); ++i) {
        if (dash_before(i) && text[at++] != '-') return std::nullopt;
        const auto high = digit_value(text[at++]), low = digit_value(text[at++]);
        if ((high | low) > 15) return std::nullopt;
        parsed.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return parsed;
}

std::string uuid::text() const {
    std::string out;
    append_to(out);
    return out;
}

void uuid::append_to(std::string& out) const {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (dash_before(i)) out += '-';
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 0x0f];
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
