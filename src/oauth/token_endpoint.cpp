#include "oauth/token_endpoint.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/error_table.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {
namespace {

void write_token_response(http::response& out, const token_response& granted) {
    boost::json::object body;
    body["access_token"] = granted.access_token;
    body["token_type"] = "bearer"; // lower case: FastAPI's own spelling, and clients compare without case
    body["expires_in"] = granted.expires_in.count();
    if (!granted.refresh_token.empty()) body["refresh_token"] = granted.refresh_token;
    if (!granted.scope.empty()) body["scope"] = granted.scope;
    out.add_lines("Cache-Control: no-store\r\nPragma: no-cache\r\n"); // RFC 6749 section 5.1
    out.sensitive();
    out.body("application/json").append(boost::json::serialize(body));
}

} // namespace

token_endpoint::token_endpoint(std::vector<std::unique_ptr<grant>> grants, const users::authenticator& logins)
    : grants_(std::move(grants)), logins_(logins) {}

task<void> token_endpoint::operator()(const http::request& request, http::response& response) const {
    const auto granted = co_await respond(request);
    if (granted)
        write_token_response(response, *granted);
    else
        http::write_error(response, granted.error(), {.retry_after = logins_.retry_after()});
}

task<result<token_response>> token_endpoint::respond(const http::request& request) const {
    const auto form = http::decode_form(request[http::field::content_type], request.body);
    if (!form) co_return form.error();
    auto parameters = read_token_request(*form);
    if (!parameters) co_return parameters.error();
    auto from = authenticate_client(request, *parameters);
    if (!from) co_return from.error();

    const auto grant = std::ranges::find(grants_, parameters->grant_type, [](const auto& g) { return g->grant_type(); });
    if (grant == grants_.end()) co_return errc::unsupported_grant_type;
    co_return co_await (**grant)(std::move(*parameters), std::move(*from));
}

} // namespace latchkey::oauth
