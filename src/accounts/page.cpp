#include "accounts/page.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <utility>

#include "http/error_table.hpp"
#include "http/form.hpp"

namespace latchkey::accounts {

namespace {

std::optional<page> refuse(http::response& out, errc why, std::string_view repeated = {}) {
    http::write_error(out, why, {.parameter = repeated});
    return std::nullopt;
}

bool read_limit(std::string_view text, std::size_t& limit) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && limit >= 1 && limit <= max_page;
}

}  // namespace

std::optional<page> read_page(std::string_view query, http::response& out) {
    const auto parameters = http::decode_urlencoded(query);
    if (!parameters) return refuse(out, errc::malformed_target);
    page asked;
    bool has_after = false;
    bool has_limit = false;
    for (const auto& [name, value] : parameters->entries()) {
        if (name == "after") {
            if (std::exchange(has_after, true)) return refuse(out, errc::repeated_parameter, "after");
            asked.after = value;
        } else if (name == "limit") {
            if (std::exchange(has_limit, true)) return refuse(out, errc::repeated_parameter, "limit");
            if (!read_limit(value, asked.limit)) return refuse(out, errc::malformed_target);
        }
    }
    return asked;
}

void write_json(http::response& out, const boost::json::object& value) {
    out.add_lines("Cache-Control: no-store\r\n");
    out.body("application/json").append(boost::json::serialize(value));
}

}  // namespace latchkey::accounts
