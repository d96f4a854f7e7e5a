#include "http/request_parser.hpp"

#include <algorithm>
#include <array>

#include "http/characters.hpp"
#include "http/list.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;

struct known_field {
    std::string_view name;
    field value;
};

/// By the length of their names, which rules out nearly all before a character is compared.
constexpr std::array known_fields{
    known_field{"host", field::host},
    known_field{"accept", field::accept},
    known_field{"cookie", field::cookie},
    known_field{"expect", field::expect},
    known_field{"origin", field::origin},
    known_field{"forwarded", field::forwarded},
    known_field{"connection", field::connection},
    known_field{"user-agent", field::user_agent},
    known_field{"traceparent", field::traceparent},
    known_field{"content-type", field::content_type},
    known_field{"x-request-id", field::x_request_id},
    known_field{"authorization", field::authorization},
    known_field{"if-none-match", field::if_none_match},
    known_field{"content-length", field::content_length},
    known_field{"accept-encoding", field::accept_encoding},
    known_field{"x-forwarded-for", field::x_forwarded_for},
    known_field{"x-forwarded-host", field::x_forwarded_host},
    known_field{"transfer-encoding", field::transfer_encoding},
    known_field{"x-forwarded-proto", field::x_forwarded_proto},
    known_field{"x-forwarded-prefix", field::x_forwarded_prefix},
    known_field{"access-control-request-method", field::access_control_request_method},
    known_field{"access-control-request-headers", field::access_control_request_headers},
};
static_assert(known_fields.size() == static_cast<std::size_t>(field::count_));
static_assert(std::ranges::is_sorted(known_fields, {}, [](const auto& f) { return f.name.size(); }));

constexpr std::size_t longest_name = known_fields.back().name.size();

/// Where in known_fields the names of each length begin; one more behind the longest.
constexpr auto begin_of_length = [] {
    std::array<std::uint8_t, longest_name + 2> begins{};
    for (std::size_t length = 0; length < begins.size(); ++length)
        begins[length] = static_cast<std::uint8_t>(std::ranges::count_if(
            known_fields, [length](const known_field& f) { return f.name.size() < length; }));
    return begins;
}();

/// field::count_ for those that nothing reads.
field find_field(std::string_view name) noexcept {
    if (name.size() > longest_name) return field::count_;
    for (std::size_t i = begin_of_length[name.size()]; i < begin_of_length[name.size() + 1]; ++i)
        if (equal_ignoring_case(known_fields[i].name, name)) return known_fields[i].value;
    return field::count_;
}

/// What all Connection lines say together.
struct connection_options {
    bool close = false;
    bool keep_alive = false;

    /// False when `list` is none.
    bool read(std::string_view list) noexcept {
        while (!list.empty()) {
            const std::string_view option = take_element(list);
            if (!characters::all_are(option, characters::token)) return false;
            close |= equal_ignoring_case(option, "close");
            keep_alive |= equal_ignoring_case(option, "keep-alive");
        }
        return true;
    }
};

/// Cuts the text up to `end` off the front, and that too.
std::string_view take_until(std::string_view& text, std::string_view end) noexcept {
    const std::string_view taken = text.substr(0, text.find(end.front()));
    text.remove_prefix(std::min(taken.size() + end.size(), text.size()));
    return taken;
}

void read_request_line(std::string_view line, request& out) noexcept {
    out.method_text = take_until(line, " ");
    out.target = take_until(line, " ");
    out.method = boost::beast::http::string_to_verb({out.method_text.data(), out.method_text.size()});
    out.version = line.ends_with('1') ? 11 : 10;
}

}  // namespace

result<void> parse_header(std::string_view header_block, request& out) noexcept {
    out.fields.fill({});
    read_request_line(take_until(header_block, "\r\n"), out);
    connection_options connection;
    while (!header_block.empty() && header_block.front() != '\r') {
        const field known = find_field(take_until(header_block, ":"));
        const std::string_view value = take_until(header_block, "\r\n");
        if (known == field::count_) continue;
        auto& slot = out.fields[static_cast<std::size_t>(known)];
        slot.value = characters::trim(value);
        ++slot.lines;
        if (known == field::connection && !connection.read(slot.value)) return errc::malformed_request;
    }
    // RFC 9112 section 9.3
    out.keep_alive = !connection.close && (out.version == 11 || connection.keep_alive);
    return {};
}

}  // namespace latchkey::http
