#include "base/errc.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/throw_exception.hpp>
#include <stdexcept>
#include <string>

namespace latchkey {

std::string_view name(errc e) noexcept {
    switch (e) {
        case errc::malformed_request:
            return "malformed_request";
        case errc::unsupported_version:
            return "unsupported_version";
        case errc::header_too_large:
            return "header_too_large";
        case errc::target_too_long:
            return "target_too_long";
        case errc::body_too_large:
            return "body_too_large";
        case errc::length_required:
            return "length_required";
        case errc::unsupported_expectation:
            return "unsupported_expectation";
        case errc::request_timeout:
            return "request_timeout";
        case errc::malformed_target:
            return "malformed_target";
        case errc::not_found:
            return "not_found";
        case errc::method_not_allowed:
            return "method_not_allowed";
        case errc::unsupported_media_type:
            return "unsupported_media_type";
        case errc::json_body:
            return "json_body";
        case errc::malformed_form:
            return "malformed_form";
        case errc::cors_forbidden:
            return "cors_forbidden";
        case errc::repeated_parameter:
            return "repeated_parameter";
        case errc::missing_grant_type:
            return "missing_grant_type";
        case errc::missing_username:
            return "missing_username";
        case errc::missing_password:
            return "missing_password";
        case errc::unsupported_grant_type:
            return "unsupported_grant_type";
        case errc::password_grant_disabled:
            return "password_grant_disabled";
        case errc::invalid_credentials:
            return "invalid_credentials";
        case errc::invalid_client:
            return "invalid_client";
        case errc::invalid_client_basic:
            return "invalid_client_basic";
        case errc::malformed_basic:
            return "malformed_basic";
        case errc::invalid_scope:
            return "invalid_scope";
        case errc::invalid_refresh_token:
            return "invalid_refresh_token";
        case errc::refresh_token_reused:
            return "refresh_token_reused";
        case errc::missing_refresh_token:
            return "missing_refresh_token";
        case errc::unauthorized_client:
            return "unauthorized_client";
        case errc::missing_token:
            return "missing_token";
        case errc::unsupported_token_type:
            return "unsupported_token_type";
        case errc::not_authenticated:
            return "not_authenticated";
        case errc::repeated_credentials:
            return "repeated_credentials";
        case errc::malformed_token:
            return "malformed_token";
        case errc::bad_signature:
            return "bad_signature";
        case errc::expired_token:
            return "expired_token";
        case errc::revoked_token:
            return "revoked_token";
        case errc::wrong_audience:
            return "wrong_audience";
        case errc::insufficient_scope:
            return "insufficient_scope";
        case errc::invalid_username:
            return "invalid_username";
        case errc::invalid_email:
            return "invalid_email";
        case errc::username_taken:
            return "username_taken";
        case errc::password_too_short:
            return "password_too_short";
        case errc::password_too_common:
            return "password_too_common";
        case errc::password_too_long:
            return "password_too_long";
        case errc::password_not_utf8:
            return "password_not_utf8";
        case errc::wrong_password:
            return "wrong_password";
        case errc::too_many_attempts:
            return "too_many_attempts";
        case errc::malformed_json:
            return "malformed_json";
        case errc::invalid_member:
            return "invalid_member";
        case errc::registration_disabled:
            return "registration_disabled";
        case errc::client_exists:
            return "client_exists";
        case errc::invalid_client_metadata:
            return "invalid_client_metadata";
        case errc::overloaded:
            return "overloaded";
        case errc::out_of_memory:
            return "out_of_memory";
        case errc::store_unavailable:
            return "store_unavailable";
        case errc::audit_unavailable:
            return "audit_unavailable";
        case errc::shutting_down:
            return "shutting_down";
        case errc::unsupported_hash:
            return "unsupported_hash";
        case errc::unsealing_failed:
            return "unsealing_failed";
        case errc::internal:
            return "internal";
    }
    return "unknown";
}

void throw_exception_from_error(const errc& e, const boost::source_location& where) {
    throw std::logic_error("a result was used that holds the error " + std::string(name(e)) + ", at " +
                           where.to_string());
}

}  // namespace latchkey
