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

/// Whom to believe about the client: addresses and networks of the proxies in front of us. Immutable, thread-safe.
class trusted_proxies {
public:
    /// `10.0.0.0/8`, `::1`, `192.168.1.1`. errc::malformed_request names no entry; config checks each by itself first.
    static result<trusted_proxies> parse(const std::vector<std::string>&);
    bool trusts(const boost::asio::ip::address&) const noexcept;
    bool empty() const noexcept { return v4_.empty() && v6_.empty(); }

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

/// What the nearest untrusted hop looked like.
struct origin_of_request {
    boost::asio::ip::address client;
    bool secure = false;          ///< the client spoke TLS
    std::string_view host;        ///< as the client sent it
};

/// Walks X-Forwarded-For (or Forwarded, RFC 7239; the former wins when both are there) from the right as long as the hop
/// is trusted; the first hop that is not is the client. Without a trusted peer the socket and Host speak for themselves.
/// Repeated or malformed fields from a trusted peer end the walk at the last hop understood.
origin_of_request find_origin(const request&, const trusted_proxies&) noexcept;

} // namespace latchkey::http
