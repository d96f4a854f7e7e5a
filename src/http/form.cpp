#include "http/form.hpp"

#include <algorithm>

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

/// Calls `sink` with every decoded byte.
template <class Sink>
void decode_bytes(std::string_view text, Sink sink) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto byte = static_cast<std::uint8_t>(text[at]);
        if (byte == '+') byte = ' ';
        if (read_escape(text, at, byte)) at += 2;
        sink(byte);
    }
}

bool is_json(std::string_view type) noexcept {
    return type == "application/json" || type.ends_with("+json");
}

}  // namespace

void form::add(std::string_view name, std::string_view value) {
    add(secret(name), secret(value));
}

void form::add(secret name, secret value) {
    entries_.push_back({std::move(name), std::move(value)});
}

/// Counts first, so that the one buffer has the right size: growing would leave copies of a password behind.
secret form_url_decode(std::string_view text) {
    std::size_t size = 0;
    decode_bytes(text, [&size](std::uint8_t) { ++size; });
    secret out = secret::of_size(size);
    auto to = out.bytes().begin();
    decode_bytes(text, [&to](std::uint8_t byte) { *to++ = byte; });
    return out;
}

result<form> decode_urlencoded(std::string_view body) {
    form out;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        if (pair.empty()) continue;
        if (out.entries().size() == form::max_fields) return errc::malformed_form;
        const std::string_view name = pair.substr(0, pair.find('='));
        const std::string_view value = pair.substr(std::min(name.size() + 1, pair.size()));
        out.add(form_url_decode(name), form_url_decode(value));
    }
    return out;
}

result<form> decode_form(std::string_view content_type, std::string_view body) {
    if (characters::trim(content_type).empty()) return decode_urlencoded(body);
    const media_type media = parse_media_type(content_type);
    if (media.type == "application/x-www-form-urlencoded") return decode_urlencoded(body);
    if (media.type == "multipart/form-data") return decode_multipart(body, media.boundary);
    return is_json(media.type) ? errc::json_body : errc::unsupported_media_type;
}

}  // namespace latchkey::http
