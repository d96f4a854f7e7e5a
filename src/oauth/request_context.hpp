#pragma once

#include <string>

#include "http/forwarded.hpp"
#include "http/request.hpp"

namespace latchkey::oauth {

/// Where a request came from: kept with the session it opens, so that its owner knows it again.
struct request_context {
    std::string address;     ///< of the client, behind the proxies that are trusted
    std::string user_agent;  ///< its printable ASCII characters, at most max_user_agent_size
};

inline constexpr std::size_t max_user_agent_size = 255;

request_context describe_origin(const http::request&, const http::trusted_proxies&);

}  // namespace latchkey::oauth
