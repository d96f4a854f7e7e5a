#include "oauth/token_endpoint.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "http/error_table.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {
namespace {

/// Written by hand, because the copies that a JSON library makes would outlive the response. A token is
/// base64url and dots: nothing in it needs an escape.
void write_token_response(http::response& out, const token_response& granted) {
    out.no_store();
    out.sensitive();
    std::string& body = out.body("application/json");
    body.reserve(granted.access_token.size() + granted.refresh_token.size() + granted.scope.size() +
                 granted.password_warning.size() + 160);
    body.append(R"({"access_token":")").append(granted.access_token);
    // Lower case: FastAPI's own spelling, and clients compare without case.
    body.append(R"(","token_type":"bearer","expires_in":)")
        .append(std::to_string(granted.expires_in.count()));
    if (!granted.refresh_token.empty())
        body.append(R"(,"refresh_token":")").append(granted.refresh_token.view()).append("\"");
    if (!granted.scope.empty())
        body.append(R"(,"scope":)").append(boost::json::serialize(std::string_view(granted.scope)));
    // An extra member, which clients ignore that do not know it (RFC 6749 section 5.1).
    if (!granted.password_warning.empty())
        body.append(R"(,"password_warning":")").append(granted.password_warning).append("\"");
    body.append("}");
}

/// Only for this service, never for scripts, and for whole-site requests only: it vouches for a device.
void add_device_mark(http::response& out, std::string_view mark, bool secure) {
    out.add("Set-Cookie", std::string(device_mark_cookie)
                              .append("=")
                              .append(mark)
                              .append("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict")
                              .append(secure ? "; Secure" : ""));
}

}  // namespace

token_endpoint::token_endpoint(std::vector<std::unique_ptr<grant>> grants, const users::authenticator& logins,
                               client_authentication clients, http::trusted_proxies trusted)
    : grants_(std::move(grants)),
      counts_(std::make_unique<metrics::outcome_counts[]>(grants_.size() + 1)),
      logins_(logins),
      clients_(clients),
      trusted_(std::move(trusted)) {}

std::optional<task<void>> token_endpoint::operator()(const http::request& request,
                                                     http::response& response) const {
    course taken{.grant = grants_.size()};
    auto parameters = read(request, taken);
    if (!parameters) {
        answer(request, response, taken, parameters.error());
    } else if (grants_[taken.grant]->refuses_now(*parameters)) {
        answer(request, response, taken, errc::overloaded);
    } else {
        return respond(request, response, std::move(*parameters), taken);
    }
    return std::nullopt;
}

/// Says on success which grant it is, too.
result<token_request> token_endpoint::read(const http::request& request, course& taken) const {
    const auto form = http::decode_form(request[http::field::content_type], request.body);
    if (!form) return form.error();
    auto parameters = read_token_request(*form, taken.repeated);
    if (!parameters) return parameters;
    const auto grant =
        std::ranges::find(grants_, parameters->grant_type, [](const auto& g) { return g->grant_type(); });
    if (grant == grants_.end()) return errc::unsupported_grant_type;
    taken.grant = static_cast<std::size_t>(grant - grants_.begin());
    return parameters;
}

task<void> token_endpoint::respond(const http::request& request, http::response& response,
                                   token_request parameters, course taken) const {
    const auto granted = co_await grant_tokens(request, std::move(parameters), taken);
    answer(request, response, taken, granted);
}

task<result<token_response>> token_endpoint::grant_tokens(const http::request& request,
                                                          token_request parameters, course& taken) const {
    grant& asked = *grants_[taken.grant];
    const form_credentials credentials{parameters.client_id, parameters.client_secret.view()};
    auto from = co_await clients_(request, credentials, asked.naming());
    if (!from) co_return from.error();
    auto context = describe_origin(request, trusted_);
    context.retry_after = &taken.throttled;
    co_return co_await asked(std::move(parameters), std::move(*from), std::move(context));
}

void token_endpoint::answer(const http::request& request, http::response& response, const course& taken,
                            const result<token_response>& granted) const {
    count(taken, granted);
    if (!granted) {
        const auto wait =
            granted.error() == errc::too_many_attempts ? taken.throttled : logins_.retry_after();
        return http::write_error(response, granted.error(),
                                 {.retry_after = wait, .parameter = taken.repeated});
    }
    write_token_response(response, *granted);
    if (!granted->device_mark.empty())
        add_device_mark(response, granted->device_mark, http::find_origin(request, trusted_).secure);
}

void token_endpoint::count(const course& taken, const result<token_response>& granted) const noexcept {
    auto& counts = counts_[taken.grant];
    if (granted)
        counts.succeeded();
    else
        counts.failed(granted.error());
}

void token_endpoint::write_metrics(metrics::exposition& page) const {
    page.family("latchkey_token_requests", metrics::kind::counter,
                "Token requests by grant type and outcome.");
    for (std::size_t i = 0; i <= grants_.size(); ++i) {
        const metrics::label grant{"grant_type", i < grants_.size() ? grants_[i]->grant_type() : "unknown"};
        counts_[i].write(page, std::span(&grant, 1));
    }
}

}  // namespace latchkey::oauth
