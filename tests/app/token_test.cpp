#include <gmock/gmock.h>

#include "support/running_service.hpp"

// POST /token as DESIGN.md section 2.1 has it, from request bytes to answer.
namespace latchkey {
namespace {

using test::post_form;
using testing::HasSubstr;

class TokenEndpoint : public testing::Test {
protected:
    TokenEndpoint() { app.add_user("johndoe", "secret", {"items", "me"}); }
    test::running_service app;
};

TEST_F(TokenEndpoint, AnswersAPasswordWithABearerToken) {
    const auto answer = app.log_in("grant_type=password&username=johndoe&password=secret");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    const auto body = answer.json().as_object();
    EXPECT_EQ(body.at("token_type"), "bearer");
    EXPECT_EQ(body.at("expires_in").as_int64(), 900);
    EXPECT_EQ(body.at("scope"), "items me");
    EXPECT_FALSE(body.contains("refresh_token") && body.at("refresh_token").is_null());
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("Pragma"), "no-cache");
}

TEST_F(TokenEndpoint, TakesMissingGrantTypeForPassword) {
    EXPECT_EQ(app.log_in().status, 200U);
}

TEST_F(TokenEndpoint, FindsTheUserInAnyCaseAndComposition) {
    app.add_user("Zo\xC3\xAB", "secret");
    EXPECT_EQ(app.log_in("username=JOHNDOE&password=secret").status, 200U);
    EXPECT_EQ(app.log_in("username=zoe%CC%88&password=secret").status, 200U);
}

TEST_F(TokenEndpoint, AnswersUnknownWrongAndDisabledWithTheSameBytes) {
    app.add_user("mallory", "secret");
    run_task(app->users().set_disabled(app.id_of("mallory"), true)).value();
    const auto wrong = app.log_in("username=johndoe&password=wrong");
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_EQ(wrong.body, R"({"error":"invalid_grant","error_description":"Incorrect username or password",)"
                          R"("detail":"Incorrect username or password"})");
    EXPECT_EQ(wrong.header("WWW-Authenticate"), "");
    const std::vector<std::string> forms{
        "username=nobody&password=secret", "username=mallory&password=secret", "username=%01&password=secret",
        "username=johndoe&password=%ff%fe", "username=johndoe&password=" + std::string(2000, 'a')};
    for (const auto& form : forms) {
        const auto other = app.log_in(form);
        EXPECT_EQ(other.status, wrong.status) << form;
        EXPECT_EQ(other.headers, wrong.headers) << form;
        EXPECT_EQ(other.body, wrong.body) << form;
    }
}

struct refusal {
    std::string form;
    unsigned status;
    std::string error;
};

TEST_F(TokenEndpoint, RefusesWhatIsNotATokenRequest) {
    for (const auto& row : std::vector<refusal>{
             {"", 400, "invalid_request"},
             {"grant_type=password", 400, "invalid_request"},
             {"grant_type=password&username=johndoe", 400, "invalid_request"},
             {"grant_type=password&username=johndoe&password=", 400, "invalid_request"},
             {"grant_type=password&password=secret", 400, "invalid_request"},
             {"username=johndoe&password=secret&password=secret", 400, "invalid_request"},
             {"username=johndoe&username=johndoe&password=secret", 400, "invalid_request"},
             {"grant_type=&grant_type=password&username=johndoe&password=secret", 400, "invalid_request"},
             {"grant_type=magic&username=johndoe&password=secret", 400, "unsupported_grant_type"},
             {"username=johndoe&password=secret&scope=admin", 400, "invalid_scope"},
             {"username=johndoe&password=secret&scope=items+admin", 400, "invalid_scope"},
             {"username=johndoe&password=secret&scope=%22", 400, "invalid_scope"},
             {"username=johndoe&password=secret&client_id=a&client_secret=b", 400, "invalid_client"},
         }) {
        const auto answer = app.log_in(row.form);
        EXPECT_EQ(answer.status, row.status) << row.form << answer.body;
        EXPECT_EQ(answer.text("error"), row.error) << row.form;
        EXPECT_EQ(answer.text("detail"), answer.text("error_description")) << row.form;
    }
}

TEST_F(TokenEndpoint, NamesTheParameterThatWasSentTwice) {
    for (const auto path : {"/token", "/revoke", "/introspect"}) {
        const auto answer = app.send(post_form(path, "username=a&client_id=b&%63lient_id=b&username=a"));
        EXPECT_EQ(answer.status, 400U) << path;
        EXPECT_EQ(answer.text("error"), "invalid_request") << path;
        EXPECT_EQ(answer.text("detail"), "The parameter client_id was sent more than once") << path;
    }
}

TEST_F(TokenEndpoint, TellsWhereTheGrantsAreNamed) {
    EXPECT_THAT(app.log_in("grant_type=magic").text("detail"),
                HasSubstr(".well-known/oauth-authorization-server"));
}

TEST_F(TokenEndpoint, IgnoresUnknownAndEmptyParameters) {
    EXPECT_EQ(app.log_in("username=johndoe&password=secret&scope=&client_id=&client_secret=&x=1&x=2").status,
              200U);
}

TEST_F(TokenEndpoint, GrantsTheScopeThatIsAskedFor) {
    EXPECT_EQ(app.log_in("username=johndoe&password=secret&scope=me").text("scope"), "me");
    app.add_user("plain", "secret");
    EXPECT_FALSE(app.log_in("username=plain&password=secret").json().as_object().contains("scope"));
}

TEST_F(TokenEndpoint, TellsAJsonClientHowToPostAForm) {
    const auto answer = app.send(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(answer.text("error"), "invalid_request");
    EXPECT_THAT(answer.text("error_description"), HasSubstr("curl -d"));
}

TEST_F(TokenEndpoint, TakesMultipartForms) {
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\njohndoe\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nsecret\r\n--b--\r\n";
    const auto answer = app.send(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
        "boundary=b\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_EQ(answer.status, 200U) << answer.body;
}

TEST_F(TokenEndpoint, RefusesOtherMediaTypes) {
    const auto answer =
        app.send("POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_EQ(answer.status, 415U);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
}

TEST_F(TokenEndpoint, TakesBasicOfAPublicClient) {
    const std::string form = "username=johndoe&password=secret";
    EXPECT_EQ(app.send(post_form("/token", form, "Authorization: Basic Og==\r\n")).status, 200U);  // ":"
    EXPECT_EQ(app.send(post_form("/token", form, "Authorization: Basic YXBwOg==\r\n")).status,
              200U);  // "app:"
    const auto wrong = app.send(post_form("/token", form, "Authorization: Basic YXBwOnNlY3JldA==\r\n"));
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_EQ(wrong.text("error"), "invalid_client");
    EXPECT_THAT(wrong.header("WWW-Authenticate"), testing::StartsWith("Basic realm="));
}

TEST(TokenEndpointSettings, PasswordGrantCanBeSwitchedOff) {
    config::settings s;
    s.tokens.password_grant = false;
    test::running_service app(s);
    app.add_user("johndoe", "secret");
    EXPECT_EQ(app.log_in().text("error"), "unsupported_grant_type");
}

TEST(TokenEndpointSettings, ScopeCanBeNarrowedInsteadOfRefused) {
    config::settings s;
    s.tokens.narrow_scope = true;
    test::running_service app(s);
    app.add_user("johndoe", "secret", {"items"});
    EXPECT_EQ(app.log_in("username=johndoe&password=secret&scope=items+admin").text("scope"), "items");
}

}  // namespace
}  // namespace latchkey
