#include "http/form.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/byte_block.hpp"
#include "http/characters.hpp"
#include "http/media_type.hpp"

namespace latchkey::http {
namespace {

/// Is `text[at]` the `%` of a complete escape? Then `byte` is what it stands for.
bool read_escape(std::string_view text, std::size_t at, std::uint8_t& byte) noexcept {
    if (text[at] != '%' || text.size() - at < 3) return false;
    const int high = characters::hex_value(text[at + 1]), low = characters::hex_value(text[at + 2]);
    if (high < 0 || low < 0) return false;
    byte = static_cast<std::uint8_t>(high * 16 + low);
    return true;
}

/// Decodes into `to`, of as many bytes as `text` has; how many it came to.
std::size_t decode_into(std::string_view text, std::span<std::uint8_t> to) noexcept {
    std::size_t size = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto byte = static_cast<std::uint8_t>(text[at]);
        if (byte == '+') byte = ' ';
        if (read_escape(text, at, byte)) at += 2;
        to[size++] = byte;
    }
    return size;
}

bool is_json(const media_type& media) noexcept {
    constexpr std::string_view suffix = "+json";
    const auto type = media.type;
    return media.is("application/json") ||
           (type.size() > suffix.size() &&
            characters::equal_ignoring_case(type.substr(type.size() - suffix.size()), suffix));
}

}  // namespace

void form::add(std::string_view name, std::string_view value) {
    entries_.push_back({keep(name), value});
}

void form::add_encoded(std::string_view name, std::string_view value) {
    const auto decoded = decode(name);
    entries_.push_back({decoded, decode(value)});
}

std::span<std::uint8_t> form::room_for(std::size_t bytes) {
    if (text_.empty()) text_ = secret::of_size(capacity_);
    if (text_.size() - used_ < bytes) throw std::length_error("a form is larger than its message");
    return text_.bytes().subspan(used_, bytes);
}

std::string_view form::keep(std::string_view text) {
    std::copy_n(text.data(), text.size(), room_for(text.size()).data());
    used_ += text.size();
    return text_.view().substr(used_ - text.size(), text.size());
}

std::string_view form::decode(std::string_view text) {
    if (!is_form_url_encoded(text)) return text;  // as nearly always
    const std::size_t size = decode_into(text, room_for(text.size()));
    used_ += size;
    return text_.view().substr(used_ - size, size);
}

bool is_form_url_encoded(std::string_view text) noexcept {
    return any_marked(text, [](byte_block b) { return (b == '%') | (b == '+'); });
}

secret form_url_decode(std::string_view text) {
    secret out = secret::of_size(text.size());
    out.shorten(decode_into(text, out.bytes()));
    return out;
}

result<form> decode_urlencoded(std::string_view body) {
    form out(body.size());
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        if (pair.empty()) continue;
        if (out.entries().size() == form::max_fields) return errc::malformed_form;
        const std::string_view name = pair.substr(0, pair.find('='));
        const std::string_view value = pair.substr(std::min(name.size() + 1, pair.size()));
        out.add_encoded(name, value);
    }
    return out;
}

result<form> decode_form(std::string_view content_type, std::string_view body) {
    constexpr std::string_view urlencoded = "application/x-www-form-urlencoded";
    content_type = characters::trim(content_type);
    if (content_type.empty() || content_type == urlencoded) return decode_urlencoded(body);
    const media_type media = parse_media_type(content_type);
    if (media.is(urlencoded)) return decode_urlencoded(body);
    if (media.is("multipart/form-data")) return decode_multipart(body, media.boundary);
    return is_json(media) ? errc::json_body : errc::unsupported_media_type;
}

}  // namespace latchkey::http
