#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

/// A text to append, and how long it is; of a literal the compiler knows.
constexpr std::string_view text_of(std::string_view text) noexcept {
    return text;
}
template <std::size_t Size>
constexpr std::string_view text_of(const char (&literal)[Size]) noexcept {
    return {literal, Size - 1};
}

/// Appends the texts, one behind the other. `out` grows once, and literals are copied by a few moves: for
/// answers, which are put together of many short texts.
template <class... Text>
void append(std::string& out, const Text&... texts) {
    const auto begin = out.size();
    out.resize(begin + (text_of(texts).size() + ...));
    char* to = out.data() + begin;
    const auto put = [&to](std::string_view text) { to = std::copy_n(text.data(), text.size(), to); };
    (put(text_of(texts)), ...);
}

}  // namespace latchkey
