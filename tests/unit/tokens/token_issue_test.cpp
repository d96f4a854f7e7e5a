#include <boost/json/parse.hpp>

#include "unit/crypto/bytes.hpp"
#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

using namespace std::chrono_literals;

struct token_issue_test : test::token_fixture {
    static std::string decoded(std::string_view token, int part) {
        for (; part > 0; --part)
            token.remove_prefix(token.find('.') + 1);
        const auto bytes = test::from_base64url(token.substr(0, token.find('.')));
        return {bytes.begin(), bytes.end()};
    }
    static boost::json::object payload(std::string_view token) {
        return boost::json::parse(decoded(token, 1)).as_object();
    }
    claims verified(std::string_view token) {
        EXPECT_TRUE(service.verify(token, last));
        return last.claims();
    }
    verified_token last;
};

TEST_F(token_issue_test, GivesBackEveryClaimAfterVerification) {
    const auto issued = service.issue(request());
    const auto said = verified(issued.text);
    EXPECT_EQ(said.issuer, test::issuer);
    EXPECT_EQ(said.subject, test::user_id);
    EXPECT_EQ(said.username, "johndoe");
    EXPECT_EQ(said.scope, "items:read items:write");
    EXPECT_EQ(said.client_id, "web");
    EXPECT_EQ(said.session, test::session_id);
    EXPECT_EQ(said.audience, "");
    EXPECT_EQ(said.token_id, issued.id);
    EXPECT_EQ(said.issued_at, 1'800'000'000);
    EXPECT_EQ(said.expires_at, 1'800'000'900);
    EXPECT_EQ(said.authenticated_at, test::start);
    EXPECT_EQ(issued.lifetime, 900s);
}

TEST_F(token_issue_test, WritesTheHeaderOfTheSigner) {
    EXPECT_EQ(decoded(issue(), 0), R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"JWT"})");
}

TEST_F(token_issue_test, LeavesOutWhatDoesNotApply) {
    auto bare = request();
    bare.scope = bare.username = bare.client_id = bare.session = {};
    const auto members = payload(service.issue(bare).text);
    EXPECT_EQ(members.size(), 5u);
    for (const auto name : {"iss", "sub", "iat", "exp", "jti"})
        EXPECT_TRUE(members.contains(name)) << name;
}

TEST_F(token_issue_test, FloorsTheSecondOfIssue) {
    clock.set(test::start + 999ms);
    const auto members = payload(issue());
    EXPECT_EQ(members.at("iat").as_int64(), 1'800'000'000);
    EXPECT_EQ(members.at("exp").as_int64(), 1'800'000'900);
}

TEST_F(token_issue_test, CarriesTheMomentOfAuthenticationNotOfIssue) {
    auto earlier = request();
    earlier.authenticated_at = test::start - 1234ms;
    EXPECT_EQ(verified(service.issue(earlier).text).authenticated_at, test::start - 1234ms);
}

TEST_F(token_issue_test, TakesAnotherLifetime) {
    auto brief = request();
    brief.lifetime = 5s;
    const auto issued = service.issue(brief);
    EXPECT_EQ(issued.lifetime, 5s);
    EXPECT_EQ(verified(issued.text).expires_at, 1'800'000'005);
}

TEST_F(token_issue_test, NeverRepeatsAToken) {
    const auto one = service.issue(request()), two = service.issue(request());
    EXPECT_NE(one.id, two.id);
    EXPECT_NE(one.text, two.text);
}

TEST_F(token_issue_test, CarriesAnyUnicodeUsername) {
    using namespace std::string_view_literals;
    for (const auto username :
         {"a\0b"sv, "\0"sv, "\",\"scope\":\"admin"sv, "\\"sv, "Zo\xc3\xab"sv, "\xf0\x9f\x98\x80"sv,
          "\x7f\x01\n"sv, "\xe2\x80\xa8\xef\xbf\xbf"sv, "</script>"sv}) {
        auto strange = request();
        strange.username = username;
        const auto said = verified(service.issue(strange).text);
        EXPECT_EQ(said.username, username);
        EXPECT_EQ(said.scope, "items:read items:write");
    }
}

TEST_F(token_issue_test, ThrowsWhenNoKeyMaySign) {
    service.replace_ring(test::ring_of());
    EXPECT_THROW(issue(), std::logic_error);
    auto future = test::hs256_record();
    future.not_before = test::start + 1ms;
    service.replace_ring(test::ring_of(std::move(future)));
    EXPECT_THROW(issue(), std::logic_error);
}

TEST_F(token_issue_test, ThrowsRatherThanIssueATokenTooLongToBeVerified) {
    const auto try_scope = [&](std::size_t size) {
        const std::string scope(size, 's');
        auto wordy = request();
        wordy.scope = scope;
        return service.issue(wordy).text;
    };
    std::size_t size = 2000;
    std::string longest;
    EXPECT_THROW(for (;; ++size) longest = try_scope(size), std::length_error);
    EXPECT_GT(longest.size(), max_token_size - 4);
    EXPECT_EQ(verdict(longest), test::good);
}

// 255 bytes are the longest user name, all of them quotes, and the longest issuer and audience; 64 the
// longest client id; 1024 users::max_scope_size.
TEST_F(token_issue_test, HasRoomForTheLongestClaimsThereMayBe) {
    const std::string quotes(255, '"'), name(255, 'a'), id(64, 'c'), scope(1024, 's');
    token_service wordy({name, name, 900s}, test::ring_of(test::record_of(algorithm::rs256)), ended, clock);
    auto longest = request();
    longest.username = quotes;
    longest.client_id = id;
    longest.scope = scope;
    const auto token = wordy.issue(longest);
    verified_token verified;
    EXPECT_TRUE(wordy.verify(token.text, verified));
    EXPECT_EQ(verified.claims().scope, scope);
}

TEST_F(token_issue_test, RefusesANullRing) {
    EXPECT_THROW(service.replace_ring(nullptr), std::invalid_argument);
    EXPECT_THROW(token_service({}, nullptr, ended, clock), std::invalid_argument);
    EXPECT_EQ(verdict(issue()), test::good);
}

TEST_F(token_issue_test, FollowsTheProfileOfRfc9068WhenTheClientHasAnAudience) {
    auto elsewhere = request();
    elsewhere.audience = "https://api.example";
    const auto token = service.issue(elsewhere).text;
    EXPECT_EQ(decoded(token, 0), R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"at+jwt"})");
    EXPECT_EQ(payload(token).at("aud").as_string(), "https://api.example");
    EXPECT_EQ(payload(token).at("client_id").as_string(), "web");
    EXPECT_FALSE(payload(issue()).contains("aud"));
}

struct audience_issue_test : test::token_fixture {
    audience_issue_test() : token_fixture("https://api.example") {}
};

TEST_F(audience_issue_test, FollowsTheProfileOfRfc9068) {
    const auto token = issue();
    EXPECT_EQ(token_issue_test::decoded(token, 0),
              R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"at+jwt"})");
    const auto members = token_issue_test::payload(token);
    EXPECT_EQ(members.at("aud").as_string(), "https://api.example");
    EXPECT_EQ(members.at("client_id").as_string(), "web");
}

TEST_F(audience_issue_test, NamesTheAudienceAskedForAndRefusesItHere) {
    auto elsewhere = request();
    elsewhere.audience = "https://other.example";
    const auto token = service.issue(elsewhere).text;
    EXPECT_EQ(token_issue_test::payload(token).at("aud").as_string(), "https://other.example");
    EXPECT_EQ(verdict(token), errc::wrong_audience);
}

}  // namespace
}  // namespace latchkey::tokens
