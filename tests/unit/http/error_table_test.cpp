#include "http/error_table.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace latchkey::http {
namespace {

using testing::HasSubstr;
using testing::Not;

/// errc has no list of its own enumerators; they are contiguous, and name() knows where they end.
std::vector<errc> all_errors() {
    std::vector<errc> all;
    for (int i = 1; name(static_cast<errc>(i)) != "unknown"; ++i)
        all.push_back(static_cast<errc>(i));
    return all;
}

response answer(errc e, const error_details& details = {}) {
    response r;
    write_error(r, e, details);
    return r;
}

TEST(ErrorTable, KnowsEveryErrorAndAnswersJson) {
    ASSERT_GT(all_errors().size(), 40U);
    for (const errc e : all_errors()) {
        const bool broken_machine =
            e == errc::internal || e == errc::unsealing_failed || e == errc::unsupported_hash;
        EXPECT_EQ(answer_for(e).status == 500U, broken_machine) << name(e);
        const response r = answer(e);
        EXPECT_THAT(std::string(r.headers()), HasSubstr("Content-Type: application/json\r\n")) << name(e);
        const auto body = boost::json::parse({r.body().data(), r.body().size()}).as_object();
        EXPECT_TRUE(body.contains("detail")) << name(e);
        EXPECT_TRUE(!body.contains("error") || body.at("detail") == body.at("error_description")) << name(e);
    }
}

TEST(ErrorTable, AnswersAWrongPasswordWith400AndNoChallenge) {
    const response r = answer(errc::invalid_credentials);
    EXPECT_EQ(r.status(), 400U);
    EXPECT_EQ(r.body(), R"({"error":"invalid_grant","error_description":"Incorrect username or password",)"
                        R"("detail":"Incorrect username or password"})");
    EXPECT_THAT(std::string(r.headers()), Not(HasSubstr("WWW-Authenticate")));
}

TEST(ErrorTable, ChallengesWithoutAnErrorCodeWhenThereWereNoCredentials) {
    const response r = answer(errc::not_authenticated);
    EXPECT_EQ(r.status(), 401U);
    EXPECT_THAT(std::string(r.headers()), HasSubstr("WWW-Authenticate: Bearer realm=\"latchkey\"\r\n"));
    EXPECT_EQ(r.body(), R"({"detail":"Not authenticated"})");
}

TEST(ErrorTable, NamesWhatIsWrongWithAToken) {
    const response r = answer(errc::expired_token);
    EXPECT_EQ(r.status(), 401U);
    EXPECT_THAT(std::string(r.headers()),
                HasSubstr(R"(error="invalid_token", error_description="The access token expired")"));
}

TEST(ErrorTable, NamesTheScopeThatIsNeeded) {
    const response r = answer(errc::insufficient_scope, {.scope = "admin"});
    EXPECT_EQ(r.status(), 403U);
    EXPECT_THAT(std::string(r.headers()), HasSubstr(R"(error="insufficient_scope")"));
    EXPECT_THAT(std::string(r.headers()), HasSubstr(R"(scope="admin")"));
}

TEST(ErrorTable, NamesTheParameterThatWasRepeated) {
    EXPECT_THAT(std::string(answer(errc::repeated_parameter, {.parameter = "scope"}).body()),
                HasSubstr(R"("detail":"The parameter scope was sent more than once")"));
    EXPECT_THAT(std::string(answer(errc::repeated_parameter).body()),
                HasSubstr(R"("detail":"A parameter was sent more than once")"));
}

TEST(ErrorTable, ChallengesABasicClientWithBasic) {
    EXPECT_EQ(answer(errc::invalid_client_basic).status(), 401U);
    EXPECT_THAT(std::string(answer(errc::invalid_client_basic).headers()),
                HasSubstr("WWW-Authenticate: Basic realm="));
    EXPECT_THAT(std::string(answer(errc::invalid_client).headers()), Not(HasSubstr("WWW-Authenticate")));
}

TEST(ErrorTable, SaysInWholeSecondsWhenToRetry) {
    EXPECT_THAT(std::string(answer(errc::overloaded).headers()), HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(std::string(answer(errc::overloaded, {.retry_after = std::chrono::seconds(7)}).headers()),
                HasSubstr("Retry-After: 7\r\n"));
}

}  // namespace
}  // namespace latchkey::http
