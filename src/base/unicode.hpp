#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::unicode {

/// Valid UTF-8 without surrogates, over-long forms or code points above U+10FFFF (RFC 3629).
bool is_utf8(std::string_view) noexcept;

/// Whether a code point begins with this byte of valid UTF-8.
constexpr bool begins_code_point(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// Code points in valid UTF-8.
std::size_t length(std::string_view utf8) noexcept;

/// Normalization Form C (UAX #15); nothing when the text is not UTF-8. Working memory is wiped: the text may
/// be a password.
std::optional<std::string> nfc(std::string_view utf8);

/// toNFC(toCasefold(toNFD(text))): equal for two texts that differ in case or composition only (Unicode 3.13,
/// D145); nothing when the text is not UTF-8. Working memory is wiped here too.
std::optional<std::string> casefold_nfc(std::string_view utf8);

/// Has a control, format, private-use, unassigned or separator character other than U+0020 (general
/// categories C*, Zl, Zp, Zs), one that is drawn as nothing (Default_Ignorable_Code_Point, such as the Hangul
/// filler), or is not UTF-8.
bool has_unprintable(std::string_view utf8) noexcept;

}  // namespace latchkey::unicode
