#include "http/framing.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;
using characters::is;

/// What the lines that decide about framing and routing said.
struct findings {
    unsigned version = 0;
    std::string_view target;
    std::string_view host;
    std::string_view content_length;
    std::string_view transfer_encoding;
    unsigned hosts = 0;
    unsigned content_lengths = 0;
    unsigned transfer_encodings = 0;
    bool expects = false;
    bool expects_something_else = false;
};

/// Eight bytes of a field value at once: none is a control character. HTAB counts as one here; the caller
/// looks closer.
bool has_control(const char* p) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
    std::uint64_t bytes;
    std::memcpy(&bytes, p, sizeof bytes);
    const std::uint64_t deleted = bytes ^ (ones * 0x7F);
    const std::uint64_t below_space = (bytes - ones * 0x20) & ~bytes;
    return ((below_space | ((deleted - ones) & ~deleted)) & high) != 0;
}

/// Walks the block once. It is known to end in CRLF, and CR is in no character class, so every run stops
/// inside it.
class header_scan {
public:
    explicit header_scan(std::string_view block) noexcept
        : at_(block.data()), end_(block.data() + block.size()) {}

    result<void> request_line(findings& out, std::size_t target_limit) noexcept {
        const std::string_view method = run(characters::token);
        if (method.empty() || !skip(' ')) return errc::malformed_request;
        out.target = run(characters::visible);
        if (out.target.empty() || !skip(' ')) return errc::malformed_request;
        const std::string_view version = run(characters::visible);
        if (!skip_line_end()) return errc::malformed_request;
        if (out.target.size() > target_limit) return errc::target_too_long;
        if (version == "HTTP/1.1") return found_version(out, 11);
        if (version == "HTTP/1.0") return found_version(out, 10);
        return is_version(version) ? errc::unsupported_version : errc::malformed_request;
    }

    bool at_empty_line() const noexcept { return *at_ == '\r'; }
    /// The empty line, and nothing behind it.
    bool finish() noexcept { return skip_line_end() && at_ == end_; }

    bool field_line(std::string_view& name, std::string_view& value) noexcept {
        name = run(characters::token);
        if (name.empty() || !skip(':')) return false;
        value = characters::trim(run_of_value());
        return skip_line_end() && at_ != end_;
    }

private:
    static result<void> found_version(findings& out, unsigned version) noexcept {
        out.version = version;
        return {};
    }

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

    std::string_view run_of_value() noexcept {
        const char* const begin = at_;
        while (end_ - at_ >= 8 && !has_control(at_))
            at_ += 8;
        while (is(*at_, characters::field_value))
            ++at_;
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }

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

/// The length of a name rules out nearly every field before a character is compared.
void note(findings& out, std::string_view name, std::string_view value) noexcept {
    switch (name.size()) {
        case 4:
            if (!equal_ignoring_case(name, "host")) return;
            ++out.hosts;
            out.host = value;
            return;
        case 6:
            if (!equal_ignoring_case(name, "expect")) return;
            (equal_ignoring_case(value, "100-continue") ? out.expects : out.expects_something_else) = true;
            return;
        case 14:
            if (!equal_ignoring_case(name, "content-length")) return;
            ++out.content_lengths;
            out.content_length = value;
            return;
        case 17:
            if (!equal_ignoring_case(name, "transfer-encoding")) return;
            ++out.transfer_encodings;
            out.transfer_encoding = value;
            return;
        default:
            return;
    }
}

/// Digits only: from_chars would take no sign either, but the class is checked so that nobody need remember
/// it.
bool parse_length(std::string_view text, std::uint64_t& length) noexcept {
    if (text.empty() || text.size() > 20 || !characters::all_are(text, characters::digit)) return false;
    return std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc{};
}

/// RFC 9112 section 6.3, less its leniency: where it lets a server repair a message, this refuses.
result<framing> delimit(const findings& found) noexcept {
    framing out;
    out.expects_continue =
        found.expects && found.version == 11;  // RFC 9110 section 10.1.1: 1.0 cannot expect
    if (found.transfer_encodings > 0) {
        const bool clear = found.transfer_encodings == 1 && found.content_lengths == 0 && found.version == 11;
        if (!clear || !equal_ignoring_case(found.transfer_encoding, "chunked"))
            return errc::malformed_request;
        out.body = framing::kind::chunked;
    } else if (found.content_lengths > 0) {
        if (found.content_lengths > 1 || !parse_length(found.content_length, out.content_length))
            return errc::malformed_request;
        out.body = framing::kind::content_length;
    }
    return out;
}

/// A proxy that routes by the target and one that routes by Host must see the same name (RFC 9112
/// section 3.2.2).
bool is_routed_one_way(const findings& found) noexcept {
    if (found.hosts > 1 || (found.hosts == 0 && found.version == 11)) return false;
    if (found.hosts == 1 && !is_host(found.host)) return false;
    const std::string_view authority = authority_of(found.target).text;
    return authority.empty() || found.hosts == 0 || equal_ignoring_case(authority, found.host);
}

bool is_port(std::string_view text) noexcept {
    unsigned port = 0;
    if (text.empty() || text.size() > 5 || !characters::all_are(text, characters::digit)) return false;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port >= 1 && port <= 65535;
}

bool is_ip_literal(std::string_view text) noexcept {
    if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
    for (const char c : text.substr(1, text.size() - 2))
        if (characters::hex_value(c) < 0 && c != ':' && c != '.') return false;
    return true;
}

}  // namespace

result<framing> check_framing(std::string_view header_block, const limits& limit) noexcept {
    if (header_block.size() > limit.header_size) return errc::header_too_large;
    if (!header_block.ends_with("\r\n\r\n")) return errc::malformed_request;
    findings found;
    header_scan scan(header_block);
    if (const auto line = scan.request_line(found, limit.target_size); !line) return line.error();
    for (std::size_t lines = 0; !scan.at_empty_line(); ++lines) {
        if (lines == limit.header_lines) return errc::header_too_large;
        std::string_view name, value;
        if (!scan.field_line(name, value)) return errc::malformed_request;
        note(found, name, value);
    }
    if (!scan.finish() || !is_routed_one_way(found)) return errc::malformed_request;
    const auto framed = delimit(found);
    if (framed && found.expects_something_else) return errc::unsupported_expectation;
    return framed;
}

bool is_host(std::string_view text) noexcept {
    const auto name_end = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
    const std::string_view name = text.substr(0, name_end);
    if (name.size() < text.size() && (text[name.size()] != ':' || !is_port(text.substr(name.size() + 1))))
        return false;
    if (name.starts_with('[')) return is_ip_literal(name);
    return !name.empty() && characters::all_are(name, characters::unreserved);
}

target_authority authority_of(std::string_view target) noexcept {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto end = std::min(target.find_first_of("/?#", scheme.size()), target.size());
        return {target.substr(scheme.size(), end - scheme.size()), end};
    }
    return {};
}

}  // namespace latchkey::http
