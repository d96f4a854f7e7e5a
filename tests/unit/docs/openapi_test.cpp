#include "docs/openapi.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <stdexcept>

#include "docs/embedded.hpp"

namespace latchkey::docs {
namespace {

boost::json::value rendered(const described_service& service) {
    return boost::json::parse(openapi_document(embedded("openapi.json").bytes, service));
}

bool describes(const boost::json::value& document, std::string_view path) {
    return document.at("paths").as_object().contains(path);
}

TEST(OpenApi, ShowsAnOptionalPathOnlyWhereItIsAnswered) {
    const auto least = rendered({});
    for (const auto path : {"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/register", "/demo"})
        EXPECT_FALSE(describes(least, path)) << path;
    EXPECT_TRUE(describes(rendered({.oauth_aliases = true}), "/oauth/introspect"));
    EXPECT_TRUE(describes(rendered({.registration = true}), "/register"));
    EXPECT_TRUE(describes(rendered({.demo = true}), "/demo"));
    EXPECT_FALSE(describes(rendered({.demo = true}), "/register"));
}

TEST(OpenApi, NamesTheTokenUrlAsFastApiDoesAtTheRoot) {
    const auto document = rendered({});
    EXPECT_EQ(document.at_pointer("/components/securitySchemes/OAuth2PasswordBearer/flows/password/tokenUrl"),
              "token");
    EXPECT_EQ(document.at_pointer("/servers/0/url"), "/");
}

TEST(OpenApi, MovesEveryAddressBelowTheRootPath) {
    const auto document = rendered({.root_path = "/api/v1"});
    EXPECT_EQ(document.at_pointer("/servers/0/url"), "/api/v1");
    const auto& schemes = document.at_pointer("/components/securitySchemes");
    EXPECT_EQ(schemes.at_pointer("/OAuth2PasswordBearer/flows/password/tokenUrl"), "/api/v1/token");
    EXPECT_EQ(schemes.at_pointer("/OAuth2PasswordBearer/flows/password/refreshUrl"), "/api/v1/token");
    EXPECT_EQ(schemes.at_pointer("/OAuth2ClientCredentials/flows/clientCredentials/tokenUrl"),
              "/api/v1/token");
}

TEST(OpenApi, SaysOfEveryAnswerThatItNamesItsRequest) {
    const auto document = rendered({.demo = true});
    std::size_t answers = 0;
    const auto expect_named = [&](const boost::json::object& responses) {
        for (const auto& [status, answer] : responses) {
            if (answer.as_object().contains("$ref")) continue;
            ++answers;
            EXPECT_TRUE(answer.at("headers").as_object().contains("X-Request-Id")) << status;
            EXPECT_TRUE(answer.at("headers").as_object().contains("traceparent")) << status;
        }
    };
    expect_named(document.at_pointer("/components/responses").as_object());
    for (const auto& [path, item] : document.at("paths").as_object())
        for (const auto& [method, operation] : item.as_object())
            if (operation.is_object() && operation.as_object().contains("responses"))
                expect_named(operation.at("responses").as_object());
    EXPECT_GT(answers, 20u);
}

TEST(OpenApi, SaysOfEveryErrorThatItIsNotKept) {
    const auto document = rendered({.demo = true});
    const auto& responses = document.at("components").at("responses").as_object();
    for (const auto* error :
         {"BadRequest", "Unauthorized", "NotFound", "Conflict", "TooManyAttempts", "Error"}) {
        const auto& headers = responses.at(error).at("headers").as_object();
        EXPECT_TRUE(headers.contains("Cache-Control") && headers.contains("Pragma")) << error;
    }
    EXPECT_FALSE(responses.at("Items").at("headers").as_object().contains("Pragma"));
}

TEST(OpenApi, IsOfThisVersionOfTheProgram) {
    EXPECT_NE(rendered({}).at_pointer("/info/version"), "0.0.0");
}

TEST(OpenApi, RefusesATemplateThatNamesASettingNobodyKnows) {
    EXPECT_THROW(openapi_document(R"({"info":{},"paths":{"/x":{"x-latchkey-setting":"docs.enabeld"}}})", {}),
                 std::logic_error);
}

}  // namespace
}  // namespace latchkey::docs
