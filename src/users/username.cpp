#include "users/username.hpp"

#include <algorithm>
#include <utility>

#include "base/unicode.hpp"

namespace latchkey::users {
namespace {

constexpr std::size_t max_email_size = 254;  ///< RFC 5321 section 4.5.3.1.3, without the angle brackets

}  // namespace

result<username> parse_username(std::string_view given) {
    // The size comes first: normalising costs in proportion to what was sent.
    if (given.empty() || given.size() > max_username_size) return errc::invalid_username;
    if (given.front() == ' ' || given.back() == ' ') return errc::invalid_username;
    if (unicode::has_unprintable(given)) return errc::invalid_username;
    auto display = unicode::nfc(given);
    auto canonical = unicode::casefold_nfc(given);
    if (!display || !canonical || display->size() > max_username_size) return errc::invalid_username;
    return username{std::move(*display), std::move(*canonical)};
}

result<std::string> parse_email(std::string_view given) {
    if (given.size() > max_email_size || unicode::has_unprintable(given)) return errc::invalid_email;
    if (given.find(' ') != std::string_view::npos) return errc::invalid_email;
    const auto at = given.find('@');
    if (at == std::string_view::npos || at != given.rfind('@')) return errc::invalid_email;
    if (at == 0 || at + 1 == given.size()) return errc::invalid_email;
    auto normal = unicode::nfc(given);
    if (!normal || normal->size() > max_email_size) return errc::invalid_email;
    return std::move(*normal);
}

bool is_scope_token(std::string_view text) noexcept {
    const auto allowed = [](char c) {
        return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E);
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool are_scopes(const std::vector<std::string>& words) noexcept {
    std::size_t size = 0;
    for (const auto& word : words) {
        if (!is_scope_token(word)) return false;
        size += word.size() + (size != 0 ? 1 : 0);
    }
    return size <= max_scope_size;
}

}  // namespace latchkey::users
