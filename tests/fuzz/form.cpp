// decode_form() with any type (the first line) and any body (the rest); escaping what was decoded decodes to
// the same.
#include "http/form.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using latchkey::http::form;

void require(bool fact) {
    if (!fact) std::abort();
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte / 16], digits[byte % 16]});
    }
}

void require_round_trip(const form& decoded) {
    std::string encoded;
    for (const auto& entry : decoded.entries()) {
        append_escaped(encoded, entry.name);
        encoded += '=';
        append_escaped(encoded, entry.value);
        encoded += '&';
    }
    const auto again = latchkey::http::decode_urlencoded(encoded);
    require(again.has_value() && again->entries().size() == decoded.entries().size());
    for (std::size_t i = 0; i < decoded.entries().size(); ++i) {
        require(again->entries()[i].name == decoded.entries()[i].name);
        require(again->entries()[i].value == decoded.entries()[i].value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view in(reinterpret_cast<const char*>(data), size);
    const std::string_view type = in.substr(0, in.find('\n'));
    const std::string_view body = in.substr(std::min(type.size() + 1, in.size()));
    if (const auto decoded = latchkey::http::decode_form(type, body)) {
        require(decoded->entries().size() <= form::max_fields);
        require_round_trip(*decoded);
    }
    return 0;
}
