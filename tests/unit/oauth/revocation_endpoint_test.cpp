#include "oauth/revocation_endpoint.hpp"

#include "unit/oauth/oauth_fixture.hpp"

// RFC 7009.
namespace latchkey::oauth {
namespace {

using clients::client_type;
using namespace std::chrono_literals;

class RevocationEndpoint : public test::oauth_fixture {
protected:
    test::reply revoke(std::string_view form, std::string_view authorization = {}) {
        const auto request = test::form_request(form, authorization);
        return test::send([this](const auto& q, auto& r) { return endpoint_(q, r); }, request);
    }
    test::reply revoke_token(std::string_view token, std::string_view more = {},
                             std::string_view authorization = {}) {
        return revoke("token=" + std::string(token) + std::string(more), authorization);
    }
    static void expect_done(const test::reply& answer) {
        EXPECT_EQ(answer.status, 200U) << answer.body;
        EXPECT_EQ(answer.body, "{}");
        EXPECT_TRUE(answer.has_header("Content-Type: application/json"));
        EXPECT_TRUE(answer.has_header("Cache-Control: no-store"));
    }

    revocation_endpoint endpoint_{authentication(), tokens, sessions, codec};
};

TEST_F(RevocationEndpoint, EndsTheSessionOfARefreshToken) {
    const auto login = log_in();
    expect_done(revoke_token(login.text("refresh_token"), "&token_type_hint=refresh_token"));
    EXPECT_TRUE(sessions.rows.empty());
    EXPECT_EQ(refresh(login.text("refresh_token")).error(), "invalid_grant");
    EXPECT_EQ(verdict(login.text("access_token")), errc::revoked_token);
}

TEST_F(RevocationEndpoint, EndsTheSessionOfAnAccessTokenWhateverTheHintSays) {
    for (const std::string hint : {"", "&token_type_hint=access_token", "&token_type_hint=refresh_token",
                                   "&token_type_hint=something"}) {
        const auto login = log_in();
        expect_done(revoke_token(login.text("access_token"), hint));
        EXPECT_TRUE(sessions.rows.empty()) << hint;
        EXPECT_EQ(verdict(login.text("access_token")), errc::revoked_token);
    }
}

TEST_F(RevocationEndpoint, EndsTheSessionOfAUsedUpRefreshToken) {
    const auto login = log_in();
    refresh(login.text("refresh_token"));
    clock.advance(1h);
    expect_done(revoke_token(login.text("refresh_token")));
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(RevocationEndpoint, EndsTheSessionOfAnExpiredAccessToken) {
    const auto login = log_in();
    clock.advance(1h);
    ASSERT_EQ(verdict(login.text("access_token")), errc::expired_token);
    expect_done(revoke_token(login.text("access_token")));
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(RevocationEndpoint, EndsTheSessionOfATokenForAnotherAudience) {
    add_client("web", client_type::public_, [](auto& c) { c.audience = "https://api.example"; });
    expect_done(revoke_token(log_in("&client_id=web").text("access_token")));
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(RevocationEndpoint, AnswersTheSameForWhatItDoesNotKnow) {
    const auto login = log_in();
    const auto access = login.text("access_token");
    expect_done(revoke_token("junk"));
    expect_done(revoke_token(access.substr(0, access.size() - 2)));
    expect_done(revoke_token(access + "."));
    expect_done(revoke_token("." + access));
    expect_done(revoke_token(std::string(5000, 'a')));
    expect_done(revoke_token(login.text("refresh_token").substr(1)));
    EXPECT_EQ(sessions.rows.size(), 1U);
    expect_done(revoke_token(access));
    expect_done(revoke_token(access));  // once more
}

TEST_F(RevocationEndpoint, EndsNothingForATokenThatNobodySigned) {
    const auto login = log_in();
    auto forged = login.text("access_token");
    const auto dot = forged.rfind('.') + 1;
    forged[dot] = forged[dot] == 'A' ? 'B' : 'A';
    expect_done(revoke_token(forged));
    EXPECT_EQ(sessions.rows.size(), 1U);
}

TEST_F(RevocationEndpoint, HasNothingToEndForATokenWithoutASession) {
    const auto password = add_client("backend");
    const auto authorization = test::basic("backend", password);
    const auto token = post_token("grant_type=client_credentials", authorization).text("access_token");
    expect_done(revoke_token(token, "", authorization));
    EXPECT_EQ(verdict(token), test::good);
}

TEST_F(RevocationEndpoint, RefusesMalformedRequests) {
    EXPECT_EQ(revoke("").error(), "invalid_request");
    EXPECT_EQ(revoke("token=").status, 400U);
    EXPECT_EQ(revoke("token=a&token=b").error(), "invalid_request");
    EXPECT_EQ(revoke("token=a&token_type_hint=b&token_type_hint=c").error(), "invalid_request");
}

TEST_F(RevocationEndpoint, LetsAClientEndItsOwnSessionsOnly) {
    const auto password = add_client("backend");
    add_client("web", client_type::public_);
    const auto authorization = test::basic("backend", password);
    const auto login = log_in("&client_id=web");
    for (const auto member : {"refresh_token", "access_token"}) {
        const auto refused = revoke_token(login.text(member), "", authorization);
        EXPECT_EQ(refused.status, 400U);
        EXPECT_EQ(refused.error(), "unauthorized_client");
        EXPECT_EQ(refused.text("detail"), "The token was issued to another client");
    }
    EXPECT_EQ(sessions.rows.size(), 1U);
    expect_done(revoke_token(login.text("refresh_token"), "&client_id=web"));
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(RevocationEndpoint, NeedsNoClientFromWhoHoldsTheToken) {
    const auto password = add_client("backend");
    const auto login = log_in("", test::basic("backend", password));
    expect_done(revoke_token(login.text("refresh_token")));
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(RevocationEndpoint, RefusesAClientThatDoesNotProveItself) {
    const auto password = add_client("backend");
    const auto login = log_in("", test::basic("backend", password));
    EXPECT_EQ(revoke_token(login.text("refresh_token"), "", test::basic("backend", "wrong")).status, 401U);
    EXPECT_EQ(revoke_token(login.text("refresh_token"), "&client_id=backend").error(), "invalid_client");
    EXPECT_EQ(sessions.rows.size(), 1U);
}

TEST_F(RevocationEndpoint, SaysSoWhenTheStoreIsAway) {
    const auto login = log_in();
    sessions.broken = true;
    const auto answer = revoke_token(login.text("refresh_token"));
    EXPECT_EQ(answer.status, 503U);
    EXPECT_TRUE(answer.has_header("Retry-After: 1"));
    EXPECT_EQ(revoke_token(login.text("access_token"), "&client_id=web").status, 503U);
}

}  // namespace
}  // namespace latchkey::oauth
