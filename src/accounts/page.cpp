#include "accounts/page.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <utility>

#include "http/form.hpp"

namespace latchkey::accounts {

std::optional<page> read_page(std::string_view query) {
    const auto parameters = http::decode_urlencoded(query);
    if (!parameters) return std::nullopt;
    page asked;
    bool has_after = false;
    bool has_limit = false;
    for (const auto& [name, value] : parameters->entries()) {
        if (name == "after") {
            if (std::exchange(has_after, true)) return std::nullopt;
            asked.after = value;
        } else if (name == "limit") {
            const auto text = value;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked.limit);
            const bool whole = error == std::errc{} && end == text.data() + text.size();
            if (std::exchange(has_limit, true) || !whole || asked.limit < 1 || asked.limit > max_page)
                return std::nullopt;
        }
    }
    return asked;
}

void write_json(http::response& out, const boost::json::object& value) {
    out.add_lines("Cache-Control: no-store\r\n");
    out.body("application/json").append(boost::json::serialize(value));
}

}  // namespace latchkey::accounts
