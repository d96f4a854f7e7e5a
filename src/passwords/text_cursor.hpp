#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace latchkey::passwords {

/// Reads the text of a stored hash from left to right. Every call either takes what it wants off the front,
/// or fails and leaves nothing to rely on. Refers to its caller's text.
class text_cursor {
public:
    explicit text_cursor(std::string_view text) noexcept : rest_(text) {}

    bool skip(std::string_view prefix) noexcept {
        if (!rest_.starts_with(prefix)) return false;
        rest_.remove_prefix(prefix.size());
        return true;
    }

    /// A decimal number from 1 to `max` without sign or leading zeros; zero is never a valid cost.
    std::optional<std::uint32_t> number(std::uint32_t max) noexcept {
        if (rest_.empty() || rest_.front() == '0') return std::nullopt;
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value > max) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    /// What stands before `separator`, which is taken off too; nothing when there is none.
    std::optional<std::string_view> until(char separator) noexcept {
        const auto at = rest_.find(separator);
        if (at == std::string_view::npos) return std::nullopt;
        const auto field = rest_.substr(0, at);
        rest_.remove_prefix(at + 1);
        return field;
    }

    std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace latchkey::passwords
