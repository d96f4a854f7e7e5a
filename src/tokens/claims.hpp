#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/uuid.hpp"

namespace latchkey::tokens {

/// What a verified access token says (RFC 7519 section 4.1, RFC 9068 section 2.2). The views refer to the
/// `verified_token` that holds them.
struct claims {
    std::string_view issuer;
    std::string_view subject;    ///< the user's stable id (a UUID), or the client's id for client_credentials
    std::string_view username;   ///< empty when the subject is a client
    std::string_view scope;      ///< space-separated (RFC 6749 section 3.3); empty when the token has none
    std::string_view client_id;  ///< empty when no client was named
    std::string_view session;    ///< `sid`; empty when no session stands behind the token
    std::string_view audience;   ///< `aud`; empty when the token is for nobody in particular
    std::string_view token_id;   ///< `jti`
    std::int64_t issued_at = 0;  ///< `iat`, NumericDate
    std::int64_t expires_at = 0;   ///< `exp`, NumericDate
    unix_time authenticated_at{};  ///< the moment whose state of the account the token speaks of (the jti's
                                   ///< time stamp)

    /// Whether `scope` has `wanted` as one of its words.
    bool has_scope(std::string_view wanted) const noexcept;
};

/// What is asked to be signed. All text is UTF-8.
struct access_token_request {
    std::string_view subject;
    std::string_view username;
    std::string_view scope;
    std::string_view client_id;
    std::string_view session;
    /// Taken **before** the account was read: a token is dead when its account was blocked after this moment.
    unix_time authenticated_at{};
    std::chrono::seconds lifetime{};  ///< zero: the configured lifetime
    std::string_view audience;        ///< empty: the configured audience
};

struct access_token {
    std::string text;
    std::chrono::seconds lifetime;
    std::string id;  ///< jti, safe to log
};

}  // namespace latchkey::tokens
