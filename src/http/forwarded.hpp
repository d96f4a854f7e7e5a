#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "http/request.hpp"

namespace latchkey::http {

/// Whom to believe about the client: addresses and networks of the proxies in front of us. Immutable,
/// thread-safe.
class trusted_proxies {
public:
    /// `10.0.0.0/8`, `::1`, `192.168.1.1`; bits behind the prefix are ignored. errc::malformed_request names
    /// no entry; config checks each by itself first.
    static result<trusted_proxies> parse(const std::vector<std::string>&);
    bool trusts(const boost::asio::ip::address&) const noexcept;
    bool empty() const noexcept { return v4_.empty() && v6_.empty(); }

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

/// What the nearest untrusted hop looked like.
struct origin_of_request {
    boost::asio::ip::address client;  ///< IPv4 even where the socket said ::ffff:a.b.c.d
    bool secure = false;              ///< the client spoke TLS
    std::string_view host;            ///< as the client sent it; empty when no Host was
};

/// Walks X-Forwarded-For (or Forwarded, RFC 7239; the former wins when both are there) from the right as long
/// as the hop is trusted; the first hop that is not is the client. Without a trusted peer the socket and Host
/// speak for themselves. Malformed, obfuscated and unknown hops end the walk at the last hop understood. Of a
/// repeated field only the last line is walked: the nearest proxy wrote it.
///
/// Scheme and host are what the outermost trusted hop said: X-Forwarded-Proto and X-Forwarded-Host (one value
/// that the proxies set, or a list to which each appended), or `proto` and `host` of that hop's Forwarded
/// element. Where they are missing, repeated or malformed the socket and Host speak.
origin_of_request find_origin(const request&, const trusted_proxies&) noexcept;

}  // namespace latchkey::http
