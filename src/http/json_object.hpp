#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace latchkey::http {

/// Appends `text`, which is UTF-8, as a JSON string (RFC 8259 section 7).
void append_json_string(std::string& out, std::string_view text);

/// Whether a JSON string of `text` needs an escape.
bool needs_escape(std::string_view text) noexcept;

/// Writes one flat JSON object at the end of a text, member by member. Names are literals that need no
/// escape, so that a member is written into room of its size at once.
class json_object {
public:
    explicit json_object(std::string& out) : out_(out) {}

    template <std::size_t N>
    void add(const char (&name)[N], std::string_view text) {
        if (needs_escape(text)) {
            write_name(name, 0);
            return append_json_string(out_, text);
        }
        char* to = write_name(name, text.size() + 2);
        *to++ = '"';
        text.copy(to, text.size());
        to[text.size()] = '"';
    }
    template <std::size_t N>
    void add(const char (&name)[N], std::int64_t number) {
        std::array<char, 20> digits;  // the longest has a sign and 19
        const auto* const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
        add_literal(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    template <std::size_t N>
    void add(const char (&name)[N], std::same_as<bool> auto value) {
        add_literal(name, value ? "true" : "false");
    }
    /// Nothing when it is empty.
    template <std::size_t N>
    void add_if_any(const char (&name)[N], std::string_view text) {
        if (!text.empty()) add(name, text);
    }
    void end() { out_.append(empty_ ? "{}" : "}"); }

private:
    template <std::size_t N>
    void add_literal(const char (&name)[N], std::string_view value) {
        std::memcpy(write_name(name, value.size()), value.data(), value.size());
    }

    /// `{"name":` or `,"name":`, and room for `more` bytes, which it returns.
    template <std::size_t N>
    char* write_name(const char (&name)[N], std::size_t more) {
        const std::size_t at = out_.size();
        out_.resize(at + N + 3 + more);  // N has the terminator
        char* to = out_.data() + at;
        *to++ = empty_ ? '{' : ',';
        empty_ = false;
        *to++ = '"';
        std::memcpy(to, name, N - 1);
        to[N - 1] = '"';
        to[N] = ':';
        return to + N + 1;
    }

    std::string& out_;
    bool empty_ = true;
};

}  // namespace latchkey::http
