#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The bytes that stored hashes carry as text.
namespace latchkey::passwords {

enum class encoding {
    base64,         ///< RFC 4648 section 4, without padding (PHC strings)
    padded_base64,  ///< with padding (Django, Firebase)
    dotted_base64,  ///< without padding, `.` in place of `+` (passlib)
    hex,            ///< Werkzeug
};

/// Nothing unless `text` is the canonical encoding of `min` to `max` bytes; max is at most 128.
std::optional<std::vector<std::uint8_t>> decode(std::string_view text, encoding, std::size_t min,
                                                std::size_t max);

/// As encoding::base64.
void append_base64(std::string& out, std::span<const std::uint8_t> bytes);

}  // namespace latchkey::passwords
