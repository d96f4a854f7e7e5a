#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/event.hpp"
#include "base/clock.hpp"
#include "crypto/hmac_sha256.hpp"

namespace latchkey::audit {

/// The bytes of a record; FORMAT.md has them.
using digest = std::array<std::uint8_t, 32>;

/// Where a chain ends: what its next record refers to. Zeros: nothing has been recorded yet.
struct chain_end {
    std::uint64_t sequence = 0;
    digest hash{};
    bool operator==(const chain_end&) const = default;
};

/// The longest line that is a record, with its line feed; what a reader need not look beyond.
inline constexpr std::size_t max_record_size = 64 * 1024;

/// Appends the event as the next line of the chain and advances `end`.
void append_record(std::string& out, chain_end& end, unix_time, const event&, const crypto::hmac_sha256& key);

/// A line read back.
struct record {
    std::uint64_t sequence = 0;
    std::string time;
    digest previous{};
    digest hash{};              ///< as the line says
    bool is_unchanged = false;  ///< that is the hash of the line
    digest mac{};               ///< as the line says
};

/// Nothing when the line (without its line feed) has not the shape of a record at all.
std::optional<record> parse_record(std::string_view line);

/// Whether it was written by who has the key.
bool is_authentic(const record&, const crypto::hmac_sha256& key);

/// 64 lower-case digits, or nothing.
std::optional<digest> parse_digest(std::string_view);

}  // namespace latchkey::audit
