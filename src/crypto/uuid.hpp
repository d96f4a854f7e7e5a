#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace latchkey::crypto {

/// A UUID (RFC 9562). Ours are version 7: 48 bits of Unix milliseconds, then 74 random bits.
struct uuid {
    static constexpr std::size_t text_size = 36;
    std::array<std::uint8_t, 16> bytes{};

    static uuid v7(unix_time now);
    /// Lower-case canonical text only (8-4-4-4-12); anything else is nothing.
    static std::optional<uuid> parse(std::string_view text) noexcept;

    std::string text() const;
    /// Appends the canonical text; does not allocate when `out` has room.
    void append_to(std::string& out) const;
    /// The version 7 time stamp.
    unix_time time() const noexcept;
    auto operator<=>(const uuid&) const = default;
};

struct uuid_hash {
    /// The last eight bytes are random already.
    std::size_t operator()(const uuid& id) const noexcept;
};

}  // namespace latchkey::crypto
