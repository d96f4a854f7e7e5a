#include "http/media_type.hpp"

#include <algorithm>

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;
using characters::is;

/// Cuts the token that `text` starts with off its front.
std::string_view take_token(std::string_view& text) noexcept {
    const auto end = std::ranges::find_if_not(text, [](char c) { return is(c, characters::token); });
    const std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(token.size());
    return token;
}

void skip_blanks(std::string_view& text) noexcept {
    while (!text.empty() && characters::is_blank(text.front()))
        text.remove_prefix(1);
}

bool skip(std::string_view& text, char c) noexcept {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// `type "/" subtype`, cut off the front; empty when it is none.
std::string_view take_type(std::string_view& text) noexcept {
    const std::string_view whole = text;
    const bool well_formed = !take_token(text).empty() && skip(text, '/') && !take_token(text).empty();
    if (!well_formed) return {};
    return whole.substr(0, whole.size() - text.size());
}

}  // namespace

bool parameter_reader::next() {
    if (failed_ || !skip_to_parameter()) return false;
    name_ = take_token(rest_);
    value_.clear();
    if (name_.empty() || !skip(rest_, '=') || !read_value()) return fail();
    return true;
}

/// An empty parameter, as in `text/plain; ; charset=utf-8;`, is grammatical.
bool parameter_reader::skip_to_parameter() noexcept {
    bool separated = false;
    for (skip_blanks(rest_); skip(rest_, ';'); skip_blanks(rest_))
        separated = true;
    if (rest_.empty()) return false;
    return separated || fail();
}

bool parameter_reader::read_value() {
    if (skip(rest_, '"')) return read_quoted();
    value_ = take_token(rest_);
    return !value_.empty();
}

bool parameter_reader::read_quoted() {
    while (!rest_.empty()) {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '"') return true;
        const bool escapes =
            c == '\\' && (!html_quoting_ || rest_.starts_with('"') || rest_.starts_with('\\'));
        const char meant = escapes && !rest_.empty() ? rest_.front() : c;
        if (escapes && !skip(rest_, meant)) return false;
        if (!is(meant, characters::field_value)) return false;
        value_.push_back(meant);
    }
    return false;  // the quote is never closed
}

bool parameter_reader::fail() noexcept {
    failed_ = true;
    return false;
}

media_type parse_media_type(std::string_view content_type) {
    std::string_view rest = characters::trim(content_type);
    media_type out;
    out.type = take_type(rest);
    if (out.type.empty()) return {};
    bool has_boundary = false;
    parameter_reader parameters(rest);
    while (parameters.next()) {
        if (!equal_ignoring_case(parameters.name(), "boundary")) continue;
        if (has_boundary) return {};
        has_boundary = true;
        out.boundary = std::move(parameters.value());
    }
    return parameters.failed() ? media_type{} : out;
}

}  // namespace latchkey::http
