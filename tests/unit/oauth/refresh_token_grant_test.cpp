#include "oauth/grants/refresh_token.hpp"

#include "unit/oauth/oauth_fixture.hpp"

// RFC 6749 section 6, RFC 9700 section 4.14.2.
namespace latchkey::oauth {
namespace {

using clients::client_type;
using namespace std::chrono_literals;

class RefreshTokenGrant : public test::oauth_fixture {
protected:
    std::string first_token(std::string_view more = {}, std::string_view authorization = {}) {
        return log_in(more, authorization).text("refresh_token");
    }
};

TEST_F(RefreshTokenGrant, AnswersWithTheSuccessorAndATokenOfTheSameSession) {
    const auto token = first_token();
    clock.advance(60s);
    const auto answer = refresh(token);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(codec.decode(answer.text("refresh_token"))->counter, 1U);
    EXPECT_EQ(answer.text("scope"), "items me");
    EXPECT_EQ(verdict(answer.text("access_token"),
                      [&](const tokens::claims& c) {
                          EXPECT_EQ(c.session, sessions.only().id.value.text());
                          EXPECT_EQ(c.subject, alice.value.text());
                          EXPECT_EQ(c.username, "Alice");
                          EXPECT_EQ(c.authenticated_at, clock.now());
                      }),
              test::good);
    EXPECT_EQ(refresh(answer.text("refresh_token")).status, 200U);
}

TEST_F(RefreshTokenGrant, RepeatsTheSuccessorInsideTheWindowAndEndsTheSessionAfterIt) {
    const auto token = first_token();
    const auto successor = refresh(token).text("refresh_token");
    clock.advance(10s);
    EXPECT_EQ(refresh(token).text("refresh_token"), successor);
    clock.advance(1ms);
    const auto access = log_in().text("access_token");
    EXPECT_EQ(refresh(token).error(), "invalid_grant");
    EXPECT_EQ(refresh(successor).error(), "invalid_grant");
    EXPECT_EQ(verdict(access), test::good);  // another session
}

TEST_F(RefreshTokenGrant, RefusesJunkBeforeItAsksTheStore) {
    const auto token = first_token();
    std::string changed = token;
    changed[20] = changed[20] == 'A' ? 'B' : 'A';
    for (const auto& junk : {std::string("x"), token + "A", token.substr(1), changed}) {
        const auto answer = refresh(junk);
        EXPECT_EQ(answer.status, 400U);
        EXPECT_EQ(answer.error(), "invalid_grant");
    }
    EXPECT_EQ(sessions.refreshes, 0);
    EXPECT_EQ(sessions.finds, 0);
}

TEST_F(RefreshTokenGrant, AsksForTheTokenItNeeds) {
    EXPECT_EQ(refresh("").error(), "invalid_request");
}

TEST_F(RefreshTokenGrant, NarrowsTheScopeForOneAnswerOnly) {
    const auto token = first_token();
    const auto narrow = refresh(token, "&scope=me");
    EXPECT_EQ(narrow.text("scope"), "me");
    EXPECT_EQ(scope_of(narrow.text("access_token")), "me");
    EXPECT_EQ(refresh(narrow.text("refresh_token")).text("scope"), "items me");
}

TEST_F(RefreshTokenGrant, NeverWidensTheScopeAndLosesNothingByRefusing) {
    const auto token = first_token("&scope=me");
    EXPECT_EQ(refresh(token, "&scope=me+items").error(), "invalid_scope");
    EXPECT_EQ(refresh(token, "&scope=%22").error(), "invalid_scope");
    EXPECT_EQ(refresh(token, "&scope=me").status, 200U);
}

TEST_F(RefreshTokenGrant, DropsScopesThatWereTakenAwaySince) {
    const auto token = first_token();
    users::user_changes fewer;
    fewer.scopes = {"me"};
    ASSERT_TRUE(test::run(users.update(alice, fewer)));
    EXPECT_EQ(refresh(token).text("scope"), "me");
}

TEST_F(RefreshTokenGrant, RefusesADisabledUser) {
    const auto token = first_token();
    ASSERT_TRUE(test::run(users.set_disabled(alice, true)));
    EXPECT_EQ(refresh(token).error(), "invalid_grant");
}

TEST_F(RefreshTokenGrant, LetsAPublicClientRefreshWithoutItsName) {
    add_client("web", client_type::public_, [](auto& c) { c.access_lifetime = 60s; });
    const auto token = first_token("&client_id=web");
    const auto answer = refresh(token);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.json().at("expires_in").as_int64(), 60);
    EXPECT_EQ(verdict(answer.text("access_token"), [](const auto& c) { EXPECT_EQ(c.client_id, "web"); }),
              test::good);
    EXPECT_EQ(refresh(answer.text("refresh_token"), "&client_id=web").status, 200U);
}

TEST_F(RefreshTokenGrant, LetsAnUnregisteredClientRefreshWithoutItsName) {
    EXPECT_EQ(refresh(first_token("&client_id=web")).status, 200U);
}

TEST_F(RefreshTokenGrant, RefusesAnotherClientAndChangesNothing) {
    add_client("web", client_type::public_);
    add_client("other", client_type::public_);
    const auto token = first_token("&client_id=web");
    EXPECT_EQ(refresh(token, "&client_id=other").error(), "invalid_grant");
    EXPECT_EQ(sessions.only().counter, 0U);
}

TEST_F(RefreshTokenGrant, NeedsTheSecretOfAConfidentialClient) {
    const auto password = add_client("backend");
    const auto authorization = test::basic("backend", password);
    const auto token = first_token("", authorization);
    EXPECT_EQ(refresh(token).error(), "invalid_client");
    EXPECT_EQ(refresh(token, "&client_id=backend").error(), "invalid_client");
    EXPECT_EQ(refresh(token, "", test::basic("backend", "wrong")).status, 401U);
    EXPECT_EQ(sessions.only().counter, 0U);
    EXPECT_EQ(refresh(token, "", authorization).status, 200U);
}

TEST_F(RefreshTokenGrant, RefusesAClientThatWasDisabledOrMayRefreshNoMore) {
    add_client("web", client_type::public_);
    const auto token = first_token("&client_id=web");
    clients.rows["web"].grant_types = {"password"};
    EXPECT_EQ(refresh(token).error(), "unauthorized_client");
    EXPECT_EQ(refresh(token, "&client_id=web").error(), "unauthorized_client");
    clients.rows["web"].disabled = true;
    EXPECT_EQ(refresh(token).error(), "invalid_client");
    EXPECT_EQ(sessions.only().counter, 0U);
}

TEST_F(RefreshTokenGrant, AnswersOnceForASessionOfNoClientWithOneStoreCall) {
    const auto token = first_token();
    refresh(token);
    EXPECT_EQ(sessions.refreshes, 1);
    EXPECT_EQ(sessions.finds, 0);
}

TEST_F(RefreshTokenGrant, SaysNothingAboutATokenWhenTheStoreIsAway) {
    const auto token = first_token();
    sessions.broken = true;
    EXPECT_EQ(refresh(token).status, 503U);
    sessions.broken = false;
    EXPECT_EQ(refresh(token).status, 200U);
}

}  // namespace
}  // namespace latchkey::oauth
