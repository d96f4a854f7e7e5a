#include "http/json_object.hpp"

#include <boost/json/serialize.hpp>

namespace latchkey::http {

/// Looks at every character, so that the compiler can look at many at once.
bool needs_escape(std::string_view text) noexcept {
    std::uint8_t needs = 0;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        needs |= static_cast<std::uint8_t>(byte < 0x20) | static_cast<std::uint8_t>(byte == '"') |
                 static_cast<std::uint8_t>(byte == '\\');
    }
    return needs != 0;
}

void append_json_string(std::string& out, std::string_view text) {
    if (needs_escape(text))
        out.append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
    else
        out.append(1, '"').append(text).append(1, '"');
}

}  // namespace latchkey::http
