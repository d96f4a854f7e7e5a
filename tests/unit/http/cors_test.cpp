#include "http/cors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http_request.hpp"

namespace latchkey::http {
namespace {

using test::http_request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view app = "https://app.example.com";
constexpr std::string_view preflight_vary =
    "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n";

const cors listed({std::string(app), "http://localhost:3000"});
const cors everybody({"*"});
const cors nobody({});

std::string decorated(const cors& policy, const request& r) {
    response out;
    policy.decorate(r, out);
    return std::string(out.headers());
}

struct preflight {
    std::string_view origin = app, method = "GET", headers = {};
};

response answered(const cors& policy, const preflight& p) {
    auto r = http_request({{field::origin, p.origin}, {field::access_control_request_method, p.method}});
    if (!p.headers.empty())
        r.fields[static_cast<std::size_t>(field::access_control_request_headers)] = {p.headers, 1};
    r.method = verb::options;
    response out;
    policy.answer_preflight(r, "GET, HEAD, OPTIONS", out);
    return out;
}

std::string text(std::string_view headers) {
    return std::string(headers);
}

TEST(Cors, LetsAListedOriginReadTheAnswer) {
    EXPECT_EQ(decorated(listed, http_request({{field::origin, app}})),
              "Vary: Origin\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"
              "Access-Control-Expose-Headers: WWW-Authenticate, Retry-After, X-Request-Id\r\n");
}

TEST(Cors, AddsOnlyVaryForOthers) {
    EXPECT_EQ(decorated(listed, http_request({})), "Vary: Origin\r\n");
    for (const auto* origin :
         {"https://evil.example", "https://app.example.com.evil.example", "https://app.example.co", "null",
          "", "https://app.example.com:443", "http://app.example.com", "HTTPS://APP.EXAMPLE.COM", "*",
          "https://app.example.com/", "https://app.example.com https://evil.example"})
        EXPECT_EQ(decorated(listed, http_request({{field::origin, origin}})), "Vary: Origin\r\n") << origin;
}

TEST(Cors, TrustsNoRepeatedOrigin) {
    EXPECT_EQ(
        decorated(listed, http_request({{field::origin, "https://evil.example"}, {field::origin, app}})),
        "Vary: Origin\r\n");
}

TEST(Cors, AnswersAStarWithAStarAndNotWithTheOrigin) {
    for (const auto* origin : {"https://any.example", "null"})
        EXPECT_THAT(decorated(everybody, http_request({{field::origin, origin}})),
                    AllOf(HasSubstr("Access-Control-Allow-Origin: *\r\n"), HasSubstr("Vary: Origin\r\n")));
}

TEST(Cors, AddsNothingWhenNobodyIsListed) {
    EXPECT_EQ(decorated(nobody, http_request({{field::origin, app}})), "");
}

TEST(Cors, NeverAllowsCredentials) {
    for (const auto* policy : {&listed, &everybody}) {
        EXPECT_THAT(decorated(*policy, http_request({{field::origin, app}})), Not(HasSubstr("Credentials")));
        EXPECT_THAT(text(answered(*policy, {}).headers()), Not(HasSubstr("Credentials")));
    }
}

TEST(Cors, KnowsAPreflightByMethodOriginAndRequestedMethod) {
    auto r = http_request({{field::origin, app}, {field::access_control_request_method, "GET"}});
    EXPECT_FALSE(cors::is_preflight(r));
    r.method = verb::options;
    EXPECT_TRUE(cors::is_preflight(r));
    auto without_method = http_request({{field::origin, app}});
    without_method.method = verb::options;
    EXPECT_FALSE(cors::is_preflight(without_method));
    auto without_origin = http_request({{field::access_control_request_method, "GET"}});
    without_origin.method = verb::options;
    EXPECT_FALSE(cors::is_preflight(without_origin));
}

TEST(Cors, AnswersAnAllowedPreflight) {
    const auto out =
        answered(listed, {app, "GET", "authorization,content-type, X-Requested-With ,traceparent"});
    EXPECT_EQ(out.status(), 204U);
    EXPECT_EQ(out.body(), "");
    EXPECT_EQ(
        out.headers(),
        std::string(preflight_vary) +
            "Access-Control-Allow-Origin: https://app.example.com\r\n"
            "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
            "Access-Control-Allow-Headers: authorization, content-type, x-requested-with, traceparent\r\n"
            "Access-Control-Max-Age: 7200\r\n");
}

TEST(Cors, RefusesAPreflightWithoutAnyAccessControlField) {
    for (const auto& [origin, method, headers] :
         {preflight{"https://evil.example"}, preflight{"null"}, preflight{app, "DELETE"},
          preflight{app, "get"}, preflight{app, ""}, preflight{app, "GET,"}, preflight{app, "GET, HEAD"},
          preflight{app, "GE"}, preflight{app, "GET", "x-evil"},
          preflight{app, "GET", "authorization, x-evil"},
          preflight{app, "GET", "authorization content-type"}}) {
        const auto out = answered(listed, {origin, method, headers});
        EXPECT_EQ(out.status(), 403U) << origin << method << headers;
        EXPECT_THAT(text(out.headers()), Not(HasSubstr("Access-Control-Allow")))
            << origin << method << headers;
        EXPECT_THAT(text(out.headers()), HasSubstr(std::string(preflight_vary)));
    }
}

TEST(Cors, RefusesEveryPreflightWhenNobodyIsListed) {
    const auto out = answered(nobody, {});
    EXPECT_EQ(out.status(), 403U);
    EXPECT_THAT(text(out.headers()), AllOf(Not(HasSubstr("Access-Control-Allow")), Not(HasSubstr("Vary"))));
}

TEST(Cors, RefusesAPreflightWithRepeatedFields) {
    for (const auto repeated :
         {field::origin, field::access_control_request_method, field::access_control_request_headers}) {
        auto r = http_request({{field::origin, app},
                               {field::access_control_request_method, "GET"},
                               {field::access_control_request_headers, "authorization"}});
        r.fields[static_cast<std::size_t>(repeated)].lines = 2;
        response out;
        listed.answer_preflight(r, "GET", out);
        EXPECT_EQ(out.status(), 403U);
    }
}

TEST(Cors, SendsTheAgeThatItWasGiven) {
    EXPECT_THAT(text(answered(cors({"*"}, std::chrono::seconds(60)), {}).headers()),
                HasSubstr("Access-Control-Max-Age: 60\r\n"));
}

}  // namespace
}  // namespace latchkey::http
