#include "http/framing.hpp"

#include <algorithm>
#include <charconv>

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;

/// Digits only: from_chars would take no sign either, but the class is checked so that nobody need remember
/// it.
bool parse_length(std::string_view text, std::uint64_t& length) noexcept {
    if (text.empty() || text.size() > 20 || !characters::all_are(text, characters::digit)) return false;
    return std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc{};
}

/// How the body is delimited, and nothing else of the message.
result<framing> delimit_body(const request& message) noexcept {
    framing out;
    const auto codings = message.lines(field::transfer_encoding),
               lengths = message.lines(field::content_length);
    if (codings > 0) {
        const bool clear = codings == 1 && lengths == 0 && message.version == 11;
        if (!clear || !equal_ignoring_case(message[field::transfer_encoding], "chunked"))
            return errc::malformed_request;
        out.body = framing::kind::chunked;
    } else if (lengths > 0) {
        if (lengths > 1 || !parse_length(message[field::content_length], out.content_length))
            return errc::malformed_request;
        out.body = framing::kind::content_length;
    }
    return out;
}

/// A proxy that routes by the target and one that routes by Host must see the same name (RFC 9112
/// section 3.2.2).
bool is_routed_one_way(const request& message) noexcept {
    const auto hosts = message.lines(field::host);
    const std::string_view host = message[field::host];
    if (hosts > 1 || (hosts == 0 && message.version == 11)) return false;
    if (hosts == 1 && !is_host(host)) return false;
    const std::string_view authority = authority_of(message.target).text;
    return authority.empty() || hosts == 0 || equal_ignoring_case(authority, host);
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

result<framing> delimit(const request& message) noexcept {
    if (!is_routed_one_way(message)) return errc::malformed_request;
    auto framed = delimit_body(message);
    if (!framed || !message.has(field::expect)) return framed;
    // More than one line, even of the same, is what nobody sends, and of them only the last is here.
    if (message.lines(field::expect) > 1 || !equal_ignoring_case(message[field::expect], "100-continue"))
        return errc::unsupported_expectation;
    framed->expects_continue = message.version == 11;  // RFC 9110 section 10.1.1: 1.0 cannot expect
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
    if (target.starts_with('/')) return {};  // as nearly always
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto end = std::min(target.find_first_of("/?#", scheme.size()), target.size());
        return {target.substr(scheme.size(), end - scheme.size()), end};
    }
    return {};
}

}  // namespace latchkey::http
