#include "oauth/forward_auth.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "http/characters.hpp"
#include "http/error_table.hpp"
#include "users/username.hpp"

namespace latchkey::oauth {
namespace {

namespace characters = http::characters;

/// The words asked for, decoded, one blank after each.
class required_scope {
public:
    /// False when the query is anything but `scope=…` parameters with at least one word each.
    bool read(std::string_view query) {
        while (!query.empty()) {
            const std::string_view pair = query.substr(0, query.find('&'));
            if (!pair.starts_with(name) || !read_words(pair.substr(name.size()))) return false;
            if (pair.size() + 1 == query.size()) return false;  // an `&` with nothing behind it
            query.remove_prefix(std::min(pair.size() + 1, query.size()));
        }
        return true;
    }

    bool is_within(const tokens::claims& claims) const {
        for (std::string_view rest = text(); !rest.empty();) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            if (!claims.has_scope(word)) return false;
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        }
        return true;
    }

    std::string_view text() const { return {text_.data(), size_ == 0 ? 0 : size_ - 1}; }

private:
    static constexpr std::string_view name = "scope=";

    bool read_words(std::string_view value) {
        std::size_t word = size_;
        const std::size_t before = size_;
        for (std::size_t at = 0; at <= value.size();) {
            const bool ended = at == value.size();
            const auto c = ended ? std::optional(' ') : decode(value, at);
            if (!c || size_ == text_.size()) return false;
            if (ended) ++at;
            if (*c != ' ') {
                text_[size_++] = *c;
            } else if (size_ > word) {
                if (!users::is_scope_token({text_.data() + word, size_ - word})) return false;
                text_[size_++] = ' ';
                word = size_;
            }
        }
        return size_ > before;
    }

    /// The byte at `at`, decoded (WHATWG URL section 5.1, but a `%` must be an escape); moves behind it.
    static std::optional<char> decode(std::string_view text, std::size_t& at) {
        const char c = text[at++];
        if (c == '+') return ' ';
        if (c != '%') return c;
        if (text.size() - at < 2) return std::nullopt;
        const int high = characters::hex_value(text[at]), low = characters::hex_value(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        at += 2;
        return static_cast<char>(high * 16 + low);
    }

    std::array<char, 1024> text_;
    std::size_t size_ = 0;
};

/// Adds a line whose value has no byte but visible ASCII and those of `also`.
void add_encoded(http::response& out, std::string_view name, std::string_view value, std::string_view also) {
    const auto is_plain = [also](char c) {
        return (characters::is(c, characters::visible) && c != '%') || also.find(c) != also.npos;
    };
    if (std::ranges::all_of(value, is_plain)) return out.add(name, value);
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(c))
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    out.add(name, encoded);
}

}  // namespace

void forward_auth(const http::request& request, const tokens::claims& claims, http::response& response) {
    required_scope required;
    if (!required.read(request.query)) return http::write_error(response, errc::malformed_target);
    if (!required.is_within(claims))
        return http::write_error(response, errc::insufficient_scope, {.scope = required.text()});
    response.status(204);
    response.add_lines("Cache-Control: no-store\r\n");
    add_encoded(response, "X-Auth-Subject", claims.subject, "");
    add_encoded(response, "X-Auth-Username", claims.username, "");
    add_encoded(response, "X-Auth-Scope", claims.scope, " %");  // its words may have a `%` of their own
}

}  // namespace latchkey::oauth
