#include "http/json_object.hpp"

#include <boost/json/serialize.hpp>

#include "base/byte_block.hpp"

namespace latchkey::http {

bool needs_escape(std::string_view text) noexcept {
    return any_marked(text, [](byte_block b) { return (b < 0x20) | (b == '"') | (b == '\\'); });
}

void append_json_string(std::string& out, std::string_view text) {
    if (needs_escape(text))
        out.append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
    else
        out.append(1, '"').append(text).append(1, '"');
}

}  // namespace latchkey::http
