#include "http/request_parser.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/byte_block.hpp"
#include "http/characters.hpp"
#include "http/list.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;
using characters::is;

struct known_field {
    std::string_view name;
    field value;
};

/// By the length of their names, which with the first character rules out nearly all the others.
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
    if (name.empty() || name.size() > longest_name) return field::count_;
    const char first = characters::to_lower(name.front());
    for (std::size_t i = begin_of_length[name.size()]; i < begin_of_length[name.size() + 1]; ++i)
        if (known_fields[i].name.front() == first && equal_ignoring_case(known_fields[i].name, name))
            return known_fields[i].value;
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

/// Marks control characters. HTAB counts as one here; whoever meets it looks closer.
byte_block is_control(byte_block bytes) noexcept {
    return byte_block((bytes < 0x20) | (bytes == 0x7F));
}

/// Marks what nearly no name has: all but letters, digits and `-`.
byte_block is_rare_in_names(byte_block bytes) noexcept {
    const auto letters = byte_block((bytes | ('a' - 'A')) - 'a' < 26);
    const auto digits = byte_block(bytes - '0' < 10);
    return ~(letters | digits | byte_block(bytes == '-'));
}

/// Walks the block once. It is known to end in CRLF, and CR is in no character class, so every run stops
/// inside it.
class header_scan {
public:
    explicit header_scan(std::string_view block) noexcept
        : at_(block.data()), end_(block.data() + block.size()) {}

    result<void> request_line(request& out, std::size_t target_limit) noexcept {
        out.method_text = run(characters::token);
        if (out.method_text.empty() || !skip(' ')) return errc::malformed_request;
        out.method = boost::beast::http::string_to_verb({out.method_text.data(), out.method_text.size()});
        out.target = run(characters::visible);
        if (out.target.empty() || !skip(' ')) return errc::malformed_request;
        const std::string_view version = run(characters::visible);
        if (!skip_line_end()) return errc::malformed_request;
        if (out.target.size() > target_limit) return errc::target_too_long;
        if (version != "HTTP/1.1" && version != "HTTP/1.0")
            return is_version(version) ? errc::unsupported_version : errc::malformed_request;
        out.version = version.back() == '1' ? 11 : 10;
        return {};
    }

    bool at_empty_line() const noexcept { return *at_ == '\r'; }
    /// The empty line, and nothing behind it.
    bool finish() noexcept { return skip_line_end() && at_ == end_; }

    bool field_line(std::string_view& name, std::string_view& value) noexcept {
        name = run(characters::token, is_rare_in_names);
        if (name.empty() || !skip(':')) return false;
        value = characters::trim(run(characters::field_value, is_control));
        return skip_line_end() && at_ != end_;
    }

private:
    static bool is_version(std::string_view text) noexcept {
        return text.size() == 8 && text.starts_with("HTTP/") && is(text[5], characters::digit) &&
               text[6] == '.' && is(text[7], characters::digit);
    }

    std::string_view run(characters::class_bit allowed) noexcept {
        const char* const begin = at_;
        while (is(*at_, allowed))
            ++at_;
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }

    /// The same, a block at a time until `doubtful` marks a byte: it marks all that are not of the class, and
    /// may mark more.
    template <class Marks>
    std::string_view run(characters::class_bit allowed, Marks doubtful) noexcept {
        const char* const begin = at_;
        for (std::size_t sure = sizeof(byte_block); sure == sizeof(byte_block) && has_block(); at_ += sure)
            sure = before_first(doubtful(load<byte_block>(at_)));
        run(allowed);
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }

    bool has_block() const noexcept { return end_ - at_ >= static_cast<std::ptrdiff_t>(sizeof(byte_block)); }

    bool skip(char c) noexcept {
        if (*at_ != c) return false;
        ++at_;
        return true;
    }

    bool skip_line_end() noexcept {
        if (end_ - at_ < 2 || at_[0] != '\r' || at_[1] != '\n') return false;
        at_ += 2;
        return true;
    }

    const char* at_;
    const char* const end_;
};

/// All but how the body is delimited.
result<void> take_apart(std::string_view header_block, const limits& limit, request& out) noexcept {
    forget_header(out);
    if (header_block.size() > limit.header_size) return errc::header_too_large;
    if (!header_block.ends_with("\r\n\r\n")) return errc::malformed_request;
    header_scan scan(header_block);
    if (const auto line = scan.request_line(out, limit.target_size); !line) return line.error();
    connection_options connection;
    bool is_list = true;
    for (std::size_t lines = 0; !scan.at_empty_line(); ++lines) {
        if (lines == limit.header_lines) return errc::header_too_large;
        std::string_view name, value;
        if (!scan.field_line(name, value)) return errc::malformed_request;
        const field known = find_field(name);
        if (known == field::count_) continue;
        auto& slot = out.fields[static_cast<std::size_t>(known)];
        slot.value = value;
        ++slot.lines;
        if (known == field::connection) is_list &= connection.read(value);
    }
    if (!scan.finish() || !is_list) return errc::malformed_request;
    // RFC 9112 section 9.3
    out.keep_alive = !connection.close && (out.version == 11 || connection.keep_alive);
    return {};
}

}  // namespace

void forget_header(request& out) noexcept {
    out.method = verb::unknown;
    out.fields = {};
}

result<framing> parse_header(std::string_view header_block, const limits& limit, request& out) noexcept {
    if (const auto read = take_apart(header_block, limit, out); !read) {
        forget_header(out);
        return read.error();
    }
    return delimit(out);
}

}  // namespace latchkey::http
