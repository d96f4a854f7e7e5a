#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string_view>

namespace latchkey {

/// Everything that can go wrong because of what came in, or because a part we depend on is away. One
/// enumerator is one answer: http/error_table.cpp gives each its status, OAuth error code and text, and is
/// the only place that does.
///
/// The rule: what depends on input or on the outside returns a `result`; a broken machine (out of memory in
/// our own code, a violated invariant) throws, and the connection answers 500.
enum class errc {
    // HTTP framing and syntax (RFC 9112)
    malformed_request = 1,    ///< not HTTP, or two parsers could read it differently
    unsupported_version,      ///< not HTTP/1.0 or HTTP/1.1
    header_too_large,         ///< the header block exceeds its limit
    target_too_long,          ///< the request target exceeds its limit
    body_too_large,           ///< the body exceeds its limit
    length_required,          ///< a method that needs a body came without one
    unsupported_expectation,  ///< Expect other than 100-continue
    request_timeout,          ///< the request did not arrive in time
    malformed_target,         ///< bad percent-encoding or a path that escapes
    not_found,                ///< no such route or no such thing
    method_not_allowed,       ///< the route exists, the method does not
    unsupported_media_type,   ///< the body is of a type that the route does not take
    json_body,                ///< a JSON body where a form is wanted
    malformed_form,           ///< a form that does not decode
    cors_forbidden,           ///< a preflight from an origin that is not allowed

    // Token endpoint (RFC 6749 section 5.2)
    repeated_parameter,
    missing_grant_type,
    missing_username,
    missing_password,
    unsupported_grant_type,
    password_grant_disabled,
    invalid_credentials,   ///< wrong, unknown or disabled: never told apart (invalid_grant)
    invalid_client,        ///< client authentication failed
    invalid_client_basic,  ///< the same, and the client used Authorization: Basic
    malformed_basic,
    invalid_scope,
    invalid_refresh_token,  ///< unknown, expired, revoked, replayed or another client's: never told apart
                            ///< (invalid_grant)
    refresh_token_reused,   ///< used before, too long ago: the session has ended. The same answer
    missing_refresh_token,
    unauthorized_client,  ///< the client may not use this grant
    missing_token,        ///< revocation and introspection without `token`
    unsupported_token_type,

    // Bearer (RFC 6750 section 3)
    not_authenticated,  ///< no credentials, or another scheme
    repeated_credentials,
    malformed_token,  ///< not a token this key ring issues
    bad_signature,
    expired_token,
    revoked_token,
    wrong_audience,
    insufficient_scope,

    // Accounts
    invalid_username,
    invalid_email,
    username_taken,
    password_too_short,
    password_too_common,  ///< on the blocklist, or put together from little
                          ///< (passwords/blocklist/guessable.hpp)
    password_too_long,
    password_not_utf8,
    wrong_password,     ///< the old password of a password change
    too_many_attempts,  ///< logins for this account or from this address failed too often (throttle/)
    malformed_json,
    invalid_member,  ///< a JSON member of the wrong type or value
    registration_disabled,
    client_exists,
    invalid_client_metadata,

    // Parts we depend on
    overloaded,         ///< the hashing lane is full
    out_of_memory,      ///< no memory for a hash; never "wrong password"
    store_unavailable,  ///< the store does not answer; it may again
    audit_unavailable,  ///< the audit log cannot be written; it may again
    shutting_down,
    unsupported_hash,  ///< a stored password hash that no engine understands
    unsealing_failed,  ///< a sealed key and no, or the wrong, master key
    internal,          ///< a broken machine; details are in the log
};

/// The enumerator's own name, for logs and tests.
std::string_view name(errc) noexcept;

template <class T>
using result = boost::system::result<T, errc>;

/// Called by `result::value()` when there is none: a programming error, thus an exception.
[[noreturn]] void throw_exception_from_error(errc const&, boost::source_location const&);

}  // namespace latchkey
