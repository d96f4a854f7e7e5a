#include "http/error_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "http/json_object.hpp"

namespace latchkey::http {
namespace {

constexpr std::string_view json_body_hint =
    "The body must be a form, not JSON. Try: curl -d 'username=NAME' --data-urlencode 'password=PASSWORD' "
    "URL/token";

constexpr std::string_view common_password =
    "The password is too easy to guess: it is a well-known one, or little more than a name, a repetition or "
    "a "
    "sequence. Take four unrelated words, or let a password manager make one";

struct row {
    errc error;
    error_answer answer;
};

// RFC 6749 section 5.2 and RFC 6750 section 3.1 name the codes. Three errors share one answer on purpose:
// unknown user, wrong password and disabled user are errc::invalid_credentials before they get here.
constexpr std::array table{
    row{errc::malformed_request, {400, "invalid_request", "The request is not well-formed HTTP/1.1"}},
    row{errc::unsupported_version, {505, "invalid_request", "Only HTTP/1.0 and HTTP/1.1 are spoken here"}},
    row{errc::header_too_large, {431, "invalid_request", "The request header is too large"}},
    row{errc::target_too_long, {414, "invalid_request", "The request target is too long"}},
    row{errc::body_too_large, {413, "invalid_request", "The request body is too large"}},
    row{errc::length_required, {411, "invalid_request", "A Content-Length is required"}},
    row{errc::unsupported_expectation,
        {417, "invalid_request", "The only expectation that can be met is 100-continue"}},
    row{errc::request_timeout, {408, "invalid_request", "The request did not arrive in time"}},
    row{errc::malformed_target, {400, "invalid_request", "The request target is not well-formed"}},
    row{errc::not_found, {404, "", "Not Found"}},
    row{errc::method_not_allowed, {405, "", "Method Not Allowed"}},
    row{errc::unsupported_media_type,
        {415, "invalid_request",
         "The body must be application/x-www-form-urlencoded or multipart/form-data (Content-Type header)"}},
    row{errc::json_body, {400, "invalid_request", json_body_hint}},
    row{errc::malformed_form, {400, "invalid_request", "The form in the request body cannot be decoded"}},
    row{errc::cors_forbidden, {403, "", "The origin is not allowed"}},

    row{errc::repeated_parameter, {400, "invalid_request", "A parameter was sent more than once"}},
    row{errc::missing_grant_type, {400, "invalid_request", "The parameter grant_type is missing"}},
    row{errc::missing_username, {400, "invalid_request", "The parameter username is missing"}},
    row{errc::missing_password, {400, "invalid_request", "The parameter password is missing"}},
    row{errc::unsupported_grant_type,
        {400, "unsupported_grant_type",
         "This grant_type is not supported; .well-known/oauth-authorization-server names those that are"}},
    row{errc::password_grant_disabled, {400, "unsupported_grant_type", "The password grant is switched off"}},
    row{errc::invalid_credentials, {400, "invalid_grant", "Incorrect username or password"}},
    row{errc::invalid_client, {400, "invalid_client", "Client authentication failed"}},
    row{errc::invalid_client_basic, {401, "invalid_client", "Client authentication failed"}},
    row{errc::malformed_basic, {401, "invalid_client", "The Authorization header is not well-formed Basic"}},
    row{errc::invalid_scope,
        {400, "invalid_scope", "The requested scope is malformed or exceeds what may be granted"}},

    row{errc::invalid_refresh_token,
        {400, "invalid_grant", "The refresh token is invalid, expired or revoked"}},
    row{errc::refresh_token_reused,
        {400, "invalid_grant", "The refresh token is invalid, expired or revoked"}},
    row{errc::missing_refresh_token, {400, "invalid_request", "The parameter refresh_token is missing"}},
    row{errc::unauthorized_client, {400, "unauthorized_client", "The client may not use this grant_type"}},
    row{errc::missing_token, {400, "invalid_request", "The parameter token is missing"}},
    row{errc::unsupported_token_type,
        {400, "unsupported_token_type", "Tokens of this type cannot be revoked here"}},

    row{errc::not_authenticated, {401, "", "Not authenticated"}},
    row{errc::repeated_credentials, {400, "invalid_request", "Credentials were sent more than once"}},
    row{errc::malformed_token,
        {401, "invalid_token", "The access token is malformed or was not issued here"}},
    row{errc::bad_signature, {401, "invalid_token", "The access token is malformed or was not issued here"}},
    row{errc::expired_token, {401, "invalid_token", "The access token expired"}},
    row{errc::revoked_token, {401, "invalid_token", "The access token was revoked"}},
    row{errc::wrong_audience, {401, "invalid_token", "The access token is meant for another audience"}},
    row{errc::insufficient_scope,
        {403, "insufficient_scope", "The access token lacks the scope that is needed here"}},

    row{errc::invalid_username,
        {422, "invalid_request", "The user name is empty, too long, or has characters that are not allowed"}},
    row{errc::invalid_email, {422, "invalid_request", "The e-mail address is not well-formed"}},
    row{errc::username_taken, {409, "invalid_request", "The user name is taken"}},
    row{errc::password_too_short, {422, "invalid_request", "The password is too short"}},
    row{errc::password_too_common, {422, "invalid_request", common_password}},
    row{errc::password_too_long, {422, "invalid_request", "The password is longer than 1024 bytes"}},
    row{errc::password_not_utf8, {422, "invalid_request", "The password is not valid UTF-8"}},

    row{errc::wrong_password, {400, "invalid_grant", "The current password is incorrect"}},
    row{errc::too_many_attempts, {429, "temporarily_unavailable", "Too many failed logins; try again later"}},
    row{errc::malformed_json, {400, "invalid_request", "The body is not a well-formed JSON object"}},
    row{errc::invalid_member,
        {422, "invalid_request", "A member of the JSON body is missing, unknown or has a wrong value"}},
    row{errc::registration_disabled, {403, "access_denied", "Self-registration is switched off"}},
    row{errc::client_exists, {409, "invalid_client_metadata", "The client_id is taken"}},
    row{errc::invalid_client_metadata,
        {400, "invalid_client_metadata", "The client's metadata is not valid"}},

    row{errc::overloaded, {503, "temporarily_unavailable", "Too many logins are waiting; try again later"}},
    row{errc::out_of_memory,
        {503, "temporarily_unavailable", "Not enough memory for a login now; try again later"}},
    row{errc::store_unavailable,
        {503, "temporarily_unavailable", "The user store is not available; try again later"}},
    row{errc::audit_unavailable,
        {503, "temporarily_unavailable", "The audit log is not available; try again later"}},
    row{errc::shutting_down,
        {503, "temporarily_unavailable", "The service is shutting down; try again later"}},
    row{errc::unsupported_hash, {500, "server_error", "Internal Server Error"}},
    row{errc::unsealing_failed, {500, "server_error", "Internal Server Error"}},
    row{errc::internal, {500, "server_error", "Internal Server Error"}},
};

/// errc begins with 1.
constexpr std::size_t no_error = 0;

/// The answer to each error by its number; where there is no row, that of a broken machine.
constexpr auto answers = [] {
    std::array<error_answer, static_cast<std::size_t>(std::ranges::max(table, {}, &row::error).error) + 1>
        all{};
    all.fill(table.back().answer);
    for (const auto& [error, answer] : table)
        all[static_cast<std::size_t>(error)] = answer;
    return all;
}();

constexpr std::string_view realm = R"(realm="latchkey")";

std::string describe_repeated(std::string_view parameter) {
    return std::string("The parameter ").append(parameter).append(" was sent more than once");
}

/// RFC 6750 section 3: without credentials the challenge names no error, so that a client does not take it
/// for a bad token.
void add_challenge(response& out, errc e, const error_answer& answer, std::string_view description,
                   std::string_view scope) {
    if (e == errc::invalid_client_basic || e == errc::malformed_basic)
        return out.add("WWW-Authenticate", std::string("Basic ").append(realm));
    std::string challenge = std::string("Bearer ").append(realm);
    if (!answer.error.empty())
        challenge.append(", error=\"")
            .append(answer.error)
            .append("\", error_description=\"")
            .append(description)
            .append("\"");
    if (!scope.empty()) challenge.append(", scope=\"").append(scope).append("\"");
    out.add("WWW-Authenticate", challenge);
}

}  // namespace

const error_answer& answer_for(errc e) noexcept {
    const auto number = static_cast<std::size_t>(e);
    return answers[number < answers.size() ? number : no_error];
}

void write_error(response& out, errc e, const error_details& details) {
    const error_answer& answer = answer_for(e);
    const std::string repeated =
        details.parameter.empty() ? std::string() : describe_repeated(details.parameter);
    std::string_view description = answer.description;
    if (!details.description.empty()) description = details.description;
    if (!repeated.empty()) description = repeated;
    out.status(answer.status);
    if (answer.status == 401 || e == errc::insufficient_scope)
        add_challenge(out, e, answer, description, details.scope);
    if (answer.status == 429 || answer.status == 503)
        out.add("Retry-After", std::to_string(std::max<std::int64_t>(
                                   1, details.retry_after.value_or(std::chrono::seconds(1)).count())));
    out.no_store();

    json_object body(out.body("application/json"));
    if (!answer.error.empty()) {
        body.add("error", answer.error);
        body.add("error_description", description);
    }
    body.add("detail", description);
    body.end();
}

}  // namespace latchkey::http
