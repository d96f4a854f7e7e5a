#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "audit/event.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "oauth/client.hpp"

namespace latchkey::oauth {

/// Where a request came from: kept with the session it opens, so that its owner knows it again.
struct request_context {
    std::string address;      ///< of the client, behind the proxies that are trusted
    std::string user_agent;   ///< its printable ASCII characters, at most max_user_agent_size
    std::string device_mark;  ///< value of the cookie that a login of before left (throttle/device_mark.hpp)
    request_ids ids;          ///< views into the request
    std::chrono::seconds* retry_after = nullptr;  ///< where a refusal says when to come again; may be null

    /// For the audit log; views into this and the client. A client that nobody registered is not named: what
    /// was sent as its id may be anything, a password too.
    audit::origin by(const client& from) const noexcept {
        return {.ids = ids,
                .address = address,
                .client_id = from.registration ? std::string_view(from.id) : std::string_view()};
    }
};

/// The cookie's name.
inline constexpr std::string_view device_mark_cookie = "latchkey_device";

inline constexpr std::size_t max_user_agent_size = 255;

request_context describe_origin(const http::request&, const http::trusted_proxies&);

}  // namespace latchkey::oauth
