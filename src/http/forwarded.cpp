#include "http/forwarded.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "http/characters.hpp"
#include "http/framing.hpp"

namespace latchkey::http {
namespace {

namespace ip = boost::asio::ip;
using characters::equal_ignoring_case;

/// A dual-stack socket reports IPv4 peers as ::ffff:a.b.c.d; networks are written as IPv4.
ip::address unmapped(const ip::address& address) noexcept {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    const auto bytes = address.to_v6().to_bytes();
    return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

/// No zone ids, which name interfaces of another machine, and no NUL, at which inet_pton would stop reading.
bool is_address_character(char c) noexcept {
    return characters::hex_value(c) >= 0 || c == ':' || c == '.';
}

/// Through a stack buffer, since find_origin may not allocate.
std::optional<ip::address> parse_address(std::string_view text) noexcept {
    std::array<char, 46> buffer{};  // INET6_ADDRSTRLEN
    if (text.size() >= buffer.size() || !std::ranges::all_of(text, is_address_character)) return {};
    std::ranges::copy(text, buffer.begin());
    boost::system::error_code error;
    const ip::address address = ip::make_address(buffer.data(), error);
    if (error) return {};
    return unmapped(address);
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned longest) noexcept {
    unsigned prefix = 0;
    if (text.empty() || text.size() > 3 || !characters::all_are(text, characters::digit)) return {};
    std::from_chars(text.data(), text.data() + text.size(), prefix);
    return prefix <= longest ? std::optional(prefix) : std::nullopt;
}

template <class Bytes>
bool share_prefix(const Bytes& a, const Bytes& b, unsigned bits) noexcept {
    const unsigned whole = bits / 8, rest = bits % 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool is_node_port(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 5 && characters::all_are(text, characters::digit);
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; nothing for `unknown`,
/// `_hidden` and whatever else is no address.
std::optional<ip::address> parse_node(std::string_view text) noexcept {
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == text.npos) return {};
        port = text.substr(end + 1);
        text = text.substr(1, end - 1);
        if (text.find(':') == text.npos) return {};
    } else if (std::ranges::count(text, ':') == 1) {
        port = text.substr(text.find(':'));
        text = text.substr(0, text.find(':'));
    }
    if (!port.empty() && (port.front() != ':' || !is_node_port(port.substr(1)))) return {};
    return parse_address(text);
}

/// Cuts the last element of a comma-separated list off its end. Quotes are matched from the right too, so
/// that what a client wrote to the left, an open quote for instance, cannot hide what a proxy appended.
std::string_view take_last(std::string_view& list) noexcept {
    bool quoted = false;
    std::size_t at = list.size();
    for (; at > 0; --at) {
        const char c = list[at - 1];
        if (c == '"' && !(at > 1 && list[at - 2] == '\\')) quoted = !quoted;
        if (c == ',' && !quoted) break;
    }
    const std::string_view element = characters::trim(list.substr(at));
    list = list.substr(0, at > 0 ? at - 1 : 0);
    return element;
}

/// One hop in Forwarded (RFC 7239 section 4).
struct forwarded_element {
    std::string_view node, proto, host;
};

/// Sets the member that `name` stands for; false when it is there already.
bool set_member(forwarded_element& out, std::string_view name, std::string_view value) noexcept {
    std::string_view* const member = equal_ignoring_case(name, "for")     ? &out.node
                                     : equal_ignoring_case(name, "proto") ? &out.proto
                                     : equal_ignoring_case(name, "host")  ? &out.host
                                                                          : nullptr;
    if (member == nullptr) return true;
    if (!member->empty() || value.empty()) return false;
    *member = value;
    return true;
}

/// Without its quotes. Nothing that matters here needs a backslash, and values are views: one in them is
/// malformed.
std::optional<std::string_view> unquote(std::string_view value) noexcept {
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
        value = value.substr(1, value.size() - 2);
    if (value.find_first_of("\"\\") != value.npos) return {};
    return value;
}

/// `for="[2001:db8::1]:4711";proto=https;by=_a`. A `;` inside quotes splits a value in two malformed ones.
std::optional<forwarded_element> parse_element(std::string_view text) noexcept {
    forwarded_element out;
    while (!text.empty()) {
        const std::string_view pair = characters::trim(text.substr(0, text.find(';')));
        text.remove_prefix(std::min(text.find(';'), text.size() - 1) + 1);
        if (pair.empty()) continue;  // grammatical
        const std::string_view name = pair.substr(0, pair.find('='));
        if (name.size() == pair.size() || !characters::all_are(name, characters::token)) return {};
        const auto value = unquote(pair.substr(name.size() + 1));
        if (!value || !set_member(out, name, *value)) return {};
    }
    return out;
}

/// Believes `proto` and `host` as far as they are well-formed.
void believe(origin_of_request& out, std::string_view proto, std::string_view host) noexcept {
    if (equal_ignoring_case(proto, "https")) out.secure = true;
    if (equal_ignoring_case(proto, "http")) out.secure = false;
    if (is_host(host)) out.host = host;
}

void walk_forwarded(origin_of_request& out, std::string_view list, const trusted_proxies& proxies) noexcept {
    forwarded_element outermost;
    while (!list.empty() && proxies.trusts(out.client)) {
        outermost = parse_element(take_last(list)).value_or(forwarded_element{});
        const auto node = parse_node(outermost.node);
        if (!node) break;
        out.client = *node;
    }
    believe(out, outermost.proto, outermost.host);
}

/// How many hops, the peer included, are trusted: as many elements of the other lists were written by them.
std::size_t walk_forwarded_for(origin_of_request& out, std::string_view list,
                               const trusted_proxies& proxies) noexcept {
    std::size_t trusted = 1;
    while (!list.empty()) {
        const auto node = parse_node(take_last(list));
        if (!node) break;
        out.client = *node;
        if (!proxies.trusts(out.client)) break;
        ++trusted;
    }
    return trusted;
}

/// What the outermost of `trusted` hops said in a field that proxies either set or append to.
std::string_view said_by_outermost(const request& request, field name, std::size_t trusted) noexcept {
    if (request.lines(name) != 1) return {};
    std::string_view list = request[name];
    std::string_view element = take_last(list);
    if (list.empty()) return element;
    for (std::size_t hop = 1; hop < trusted; ++hop) {
        if (list.empty()) return {};
        element = take_last(list);
    }
    return element;
}

}  // namespace

result<trusted_proxies> trusted_proxies::parse(const std::vector<std::string>& entries) {
    trusted_proxies out;
    for (const std::string_view entry : entries) {
        const auto slash = entry.find('/');
        const auto address = parse_address(entry.substr(0, slash));
        if (!address) return errc::malformed_request;
        const unsigned longest = address->is_v4() ? 32 : 128;
        const auto prefix = slash == entry.npos ? longest : parse_prefix(entry.substr(slash + 1), longest);
        if (!prefix) return errc::malformed_request;
        if (address->is_v4())
            out.v4_.emplace_back(address->to_v4(), static_cast<unsigned short>(*prefix));
        else
            out.v6_.emplace_back(address->to_v6(), static_cast<unsigned short>(*prefix));
    }
    return out;
}

bool trusted_proxies::trusts(const ip::address& hop) const noexcept {
    const auto holds = [](const auto& network, const auto& address) {
        return share_prefix(network.address().to_bytes(), address.to_bytes(),
                            static_cast<unsigned>(network.prefix_length()));
    };
    const ip::address address = unmapped(hop);
    if (address.is_v4())
        return std::ranges::any_of(v4_, [&](const auto& n) { return holds(n, address.to_v4()); });
    return std::ranges::any_of(v6_, [&](const auto& n) { return holds(n, address.to_v6()); });
}

origin_of_request find_origin(const request& request, const trusted_proxies& proxies) noexcept {
    origin_of_request out{unmapped(request.peer), request.secure, request[field::host]};
    if (!proxies.trusts(out.client)) return out;
    if (!request.has(field::x_forwarded_for) && request.has(field::forwarded)) {
        walk_forwarded(out, request[field::forwarded], proxies);
        return out;
    }
    const std::size_t trusted = walk_forwarded_for(out, request[field::x_forwarded_for], proxies);
    believe(out, said_by_outermost(request, field::x_forwarded_proto, trusted),
            said_by_outermost(request, field::x_forwarded_host, trusted));
    return out;
}

}  // namespace latchkey::http
