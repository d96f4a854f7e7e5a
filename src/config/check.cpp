#include "config/check.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "config/values.hpp"

namespace latchkey::config {

namespace {

class checker {
public:
    explicit checker(load_result& result) : result_(result), s_(result.settings) {}

    void refuse(std::string_view key, std::string why, std::string remedy) {
        result_.problems.push_back(
            {std::string(key), origin_of(result_, key), std::move(why), std::move(remedy)});
    }

    void paths();
    void listeners();
    void tls();
    void root_path();
    void origins();
    void proxies();
    void names();
    void lifetimes();
    void hashing();
    void store();

private:
    load_result& result_;
    const settings& s_;
};

bool is_visible_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_lower_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void checker::paths() {
    if (s_.data_dir.empty())
        refuse("data_dir", "the directory has no name", "data_dir = \"/var/lib/latchkey\"");
    if (s_.limits.target_size > s_.limits.header_size)
        refuse("limits.target_size",
               "is larger than limits.header_size (" + format_value(s_.limits.header_size) + ")",
               "lower limits.target_size or raise limits.header_size");
}

void checker::listeners() {
    const auto &a = s_.server.listen, &b = s_.server.management_listen;
    const auto everywhere = [](const endpoint& e) { return e.address == "0.0.0.0" || e.address == "::"; };
    const bool overlap = a.address == b.address || everywhere(a) || everywhere(b);
    if (a.port == 0 || a.port != b.port || !overlap) return;
    refuse("server.management_listen", "is " + format_value(b) + ", which server.listen takes already",
           "give it a port of its own, such as " + format_value(endpoint{b.address, 9090}));
}

void checker::tls() {
    if (s_.tls.certificate.empty() == s_.tls.key.empty()) return;
    const bool key_missing = s_.tls.key.empty();
    refuse(key_missing ? "tls.certificate" : "tls.key",
           key_missing ? "is set without tls.key" : "is set without tls.certificate",
           key_missing ? "set tls.key to the certificate's private key"
                       : "set tls.certificate to the certificate chain");
}

/// Segments of unreserved characters (RFC 3986 section 2.3), so that the path reads the same before and after
/// any proxy.
bool is_root_path(std::string_view path) {
    if (path.empty()) return true;
    if (path.front() != '/' || path.back() == '/' || path.size() > 200) return false;
    const auto allowed = [](char c) {
        return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') ||
               std::string_view("/-._~").find(c) != std::string_view::npos;
    };
    const std::string closed = std::string(path) + "/";
    const auto has = [&](std::string_view part) { return closed.find(part) != std::string::npos; };
    return std::ranges::all_of(path, allowed) && !has("//") && !has("/./") && !has("/../");
}

void checker::root_path() {
    if (is_root_path(s_.server.root_path)) return;
    refuse(
        "server.root_path", "is not a path such as /api/v1",
        "begin with a slash, end without one, use letters, digits and - . _ ~; leave it empty for the root");
}

bool is_host_and_port(std::string_view rest, std::string_view scheme) {
    std::string_view host = rest;
    if (const auto colon = rest.rfind(':'); colon != std::string_view::npos && !rest.ends_with(']')) {
        const auto port = parse_value<std::uint32_t>(rest.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535 || rest[colon + 1] == '0') return false;
        // Browsers leave the scheme's own port out, so an origin that names it never matches.
        if ((scheme == "https" && *port == 443) || (scheme == "http" && *port == 80)) return false;
        host = rest.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        boost::system::error_code failed;
        boost::asio::ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), failed);
        return !failed;
    }
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return is_lower_alnum(c) || c == '-' || c == '.' || c == '_';
    });
}

/// As a browser writes it in `Origin` (RFC 6454 section 6.2): compared byte for byte, so no other spelling
/// would match.
bool is_origin(std::string_view text) {
    const auto end = text.find("://");
    if (end == std::string_view::npos || end == 0) return false;
    const auto scheme = text.substr(0, end);
    const auto in_scheme = [](char c) { return is_lower_alnum(c) || c == '+' || c == '-' || c == '.'; };
    return std::ranges::all_of(scheme, in_scheme) && is_host_and_port(text.substr(end + 3), scheme);
}

void checker::origins() {
    for (const auto& origin : s_.cors.origins)
        if (origin != "*" && !is_origin(origin))
            refuse("cors.origins", "`" + origin + "` is not an origin as browsers send it",
                   "write scheme://host[:port] in lower case, without a path, a slash at the end or the "
                   "scheme's own port");
}

bool is_network(const std::string& text) {
    boost::system::error_code failed;
    boost::asio::ip::make_address(text, failed);
    if (!failed) return true;
    boost::asio::ip::make_network_v4(text, failed);
    if (!failed) return true;
    boost::asio::ip::make_network_v6(text, failed);
    return !failed;
}

void checker::proxies() {
    for (const auto& proxy : s_.server.trusted_proxies)
        if (!is_network(proxy))
            refuse("server.trusted_proxies", "`" + proxy + "` is neither an address nor a network",
                   "write numbers, such as 192.168.1.1, 10.0.0.0/8 or fd00::/8");
}

void checker::names() {
    constexpr std::size_t longest = 255;  // both stand in every token
    const auto bad = [](const std::string& text) {
        return !is_visible_ascii(text) || text.size() > longest || text.find_first_of("\"\\") != text.npos;
    };
    const auto remedy =
        "use visible ASCII without blanks and quotes, at most 255 characters, such as "
        "https://auth.example.com";
    if (s_.tokens.issuer.empty() || bad(s_.tokens.issuer))
        refuse("tokens.issuer", "is not a name or URL", remedy);
    if (bad(s_.tokens.audience)) refuse("tokens.audience", "is not a name or URL", remedy);
}

void checker::lifetimes() {
    const auto& t = s_.tokens;
    const auto& sessions = s_.sessions;
    if (sessions.idle_lifetime > sessions.absolute_lifetime)
        refuse("sessions.idle_lifetime",
               "is longer than sessions.absolute_lifetime (" + format_value(sessions.absolute_lifetime) + ")",
               "lower sessions.idle_lifetime or raise sessions.absolute_lifetime");
    // Whoever refreshes when the access token has expired must not find the session gone.
    if (sessions.refresh_tokens && sessions.idle_lifetime < t.access_lifetime)
        refuse("sessions.idle_lifetime",
               "is shorter than tokens.access_lifetime (" + format_value(t.access_lifetime) + ")",
               "raise sessions.idle_lifetime or lower tokens.access_lifetime");
    if (sessions.refresh_tokens && t.refresh_reuse_window >= sessions.idle_lifetime)
        refuse("tokens.refresh_reuse_window",
               "is not shorter than sessions.idle_lifetime (" + format_value(sessions.idle_lifetime) + ")",
               "a few seconds are enough for a client that races itself, such as 10s");
    // A successor is published 15 minutes before it signs, and verifiers keep every key for a day.
    if (t.key_lifetime != milliseconds::zero() && t.key_lifetime < std::chrono::hours(1))
        refuse("tokens.key_lifetime", format_value(t.key_lifetime) + " is too short to publish keys in time",
               "at least 1h, or 0s for keys that are rotated by hand");
}

void checker::hashing() {
    struct minimum {
        std::uint64_t memory_kib;
        std::uint32_t passes;
    };
    // OWASP Password Storage Cheat Sheet, Argon2id with p=1: equally strong pairs.
    constexpr std::array<minimum, 5> owasp{{{47104, 1}, {19456, 2}, {12288, 3}, {9216, 4}, {7168, 5}}};
    const auto memory = s_.hashing.memory.bytes;
    if (memory % 1024 != 0)
        refuse("hashing.memory", "is not a multiple of 1KiB", "write it in KiB, such as 19456KiB");
    // What a stored hash may ask for at most (passwords/phc.hpp): new ones must be readable.
    constexpr std::uint64_t most = 4ULL * 1024 * 1024 * 1024;
    if (memory != 0 && s_.hashing.passes > most / memory)
        refuse("hashing.passes",
               std::to_string(s_.hashing.passes) +
                   " is too many for hashing.memory = " + format_value(s_.hashing.memory),
               "at most " + std::to_string(most / memory) + ", or less memory");
    const auto row =
        std::ranges::find_if(owasp, [&](const auto& m) { return m.memory_kib * 1024 <= memory; });
    if (row == owasp.end() || row->passes <= s_.hashing.passes) return;
    refuse("hashing.passes",
           std::to_string(s_.hashing.passes) +
               " is too few for hashing.memory = " + format_value(s_.hashing.memory),
           "at least " + std::to_string(row->passes) +
               ", or more memory (OWASP: 46MiB with 1, 19MiB with 2, 12MiB with 3)");
}

void checker::store() {
    const auto& url = s_.store.url;
    if (url.empty() || (url.starts_with("sqlite:") && url.size() > std::string_view("sqlite:").size()))
        return;
    // The URL is not shown: one of another store may hold a password.
    refuse("store.url", "names no store of this version", "sqlite:/var/lib/latchkey/latchkey.db");
}

}  // namespace

void check(load_result& result) {
    checker c(result);
    c.paths();
    c.listeners();
    c.tls();
    c.root_path();
    c.origins();
    c.proxies();
    c.names();
    c.lifetimes();
    c.hashing();
    c.store();
}

}  // namespace latchkey::config
