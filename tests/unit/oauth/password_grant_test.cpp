#include "oauth/grants/password.hpp"

#include <gmock/gmock.h>

#include "unit/oauth/oauth_fixture.hpp"

namespace latchkey::oauth {
namespace {

using clients::client_type;
using namespace std::chrono_literals;

class PasswordGrant : public test::oauth_fixture {};

TEST_F(PasswordGrant, OpensASessionAndAnswersWithItsRefreshToken) {
    const auto answer = log_in("&scope=me&client_id=web");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    ASSERT_EQ(sessions.rows.size(), 1U);
    const auto& session = sessions.only();
    EXPECT_EQ(session.user, alice);
    EXPECT_EQ(session.client_id, "web");
    EXPECT_EQ(session.scope, "me");
    EXPECT_EQ(session.counter, 0U);
    EXPECT_EQ(session.created_at, clock.now());
    EXPECT_EQ(session.last_used_at, clock.now());
    EXPECT_EQ(session.expires_at, clock.now() + lifetimes.absolute_lifetime);
    const auto refresh_token = codec.decode(answer.text("refresh_token"));
    ASSERT_TRUE(refresh_token);
    EXPECT_EQ(refresh_token->session, session.id);
    EXPECT_EQ(refresh_token->counter, 0U);
    EXPECT_EQ(verdict(answer.text("access_token"),
                      [&](const tokens::claims& c) {
                          EXPECT_EQ(c.session, session.id.value.text());
                          EXPECT_EQ(c.subject, alice.value.text());
                          EXPECT_EQ(c.client_id, "web");
                      }),
              test::good);
}

TEST_F(PasswordGrant, WritesTheAnswerInTheOrderClientsKnow) {
    const auto answer = log_in();
    const auto expected = R"({"access_token":")" + answer.text("access_token") +
                          R"(","token_type":"bearer","expires_in":900,"refresh_token":")" +
                          answer.text("refresh_token") + R"(","scope":"items me"})";
    EXPECT_EQ(answer.body, expected);
    EXPECT_TRUE(answer.has_header("Cache-Control: no-store"));
    EXPECT_TRUE(answer.has_header("Pragma: no-cache"));
}

TEST_F(PasswordGrant, NotesWhereTheLoginCameFrom) {
    auto request = test::form_request("username=alice&password=correct+horse");
    request.peer = boost::asio::ip::make_address("192.0.2.7");
    request.fields[static_cast<std::size_t>(http::field::user_agent)] = {"curl/8\t\xC3\xA9", 1};
    test::send([this](const auto& q, auto& r) { return (*token_endpoint)(q, r); }, request);
    EXPECT_EQ(sessions.only().address, "192.0.2.7");
    EXPECT_EQ(sessions.only().user_agent, "curl/8");
}

TEST_F(PasswordGrant, HasNeitherSessionNorRefreshTokenWithoutAnOpener) {
    password_grant grant(logins, tokens, {});
    token_request request;
    request.username = "alice";
    request.password = secret(std::string_view("correct horse"));
    const auto answer = test::run(grant(std::move(request), client{}, request_context{}));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->refresh_token.empty());
    EXPECT_EQ(verdict(answer->access_token, [](const auto& c) { EXPECT_EQ(c.session, ""); }), test::good);
}

TEST_F(PasswordGrant, OpensNothingForAWrongPasswordOrScope) {
    EXPECT_EQ(post_token("grant_type=password&username=alice&password=wrong").error(), "invalid_grant");
    EXPECT_EQ(log_in("&scope=admin").error(), "invalid_scope");
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(PasswordGrant, IssuesNothingWhenTheSessionCannotBeOpened) {
    sessions.broken = true;
    const auto answer = log_in();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.error(), "temporarily_unavailable");
}

TEST_F(PasswordGrant, RefusesALoginWhosePasswordChangedMeanwhile) {
    // The look-up was before the change, the opening after it.
    ASSERT_TRUE(test::run(users.set_disabled(alice, true)));
    sessions::session begun;
    begun.user = alice;
    EXPECT_EQ(test::run(opener.open(begun, clock.now(), {})).error(), errc::invalid_credentials);
}

TEST_F(PasswordGrant, GrantsWhatUserAndClientMayBothHave) {
    add_client("web", client_type::public_, [](auto& c) { c.scopes = {"admin", "items"}; });
    EXPECT_EQ(log_in("&client_id=web").text("scope"), "items");
    EXPECT_EQ(log_in("&client_id=web&scope=items").text("scope"), "items");
    EXPECT_EQ(log_in("&client_id=web&scope=me").error(), "invalid_scope");
    EXPECT_EQ(log_in("&client_id=web&scope=admin").error(), "invalid_scope");
}

TEST_F(PasswordGrant, UsesTheClientsLifetimeAndAudience) {
    add_client("web", client_type::public_, [](auto& c) {
        c.access_lifetime = 60s;
        c.audience = "https://api.example";
    });
    const auto answer = log_in("&client_id=web");
    EXPECT_EQ(answer.json().at("expires_in").as_int64(), 60);
    EXPECT_EQ(verdict(answer.text("access_token")), errc::wrong_audience);
}

TEST_F(PasswordGrant, RefusesAClientThatMayNotUseIt) {
    add_client("web", client_type::public_, [](auto& c) { c.grant_types = {"refresh_token"}; });
    EXPECT_EQ(log_in("&client_id=web").error(), "unauthorized_client");
}

TEST_F(PasswordGrant, GivesAClientThatMayNotRefreshASessionAsShortAsItsToken) {
    add_client("web", client_type::public_, [](auto& c) { c.grant_types = {"password"}; });
    const auto answer = log_in("&client_id=web");
    EXPECT_FALSE(answer.json().contains("refresh_token"));
    EXPECT_EQ(sessions.only().expires_at, clock.now() + 900s);
}

TEST_F(PasswordGrant, NeedsNoClientButAKnownOneOnceOneIsRegistered) {
    const auto password = add_client("backend");
    EXPECT_EQ(log_in().status, 200U);
    EXPECT_EQ(log_in("&client_id=stranger").error(), "invalid_client");
    const auto wrong = log_in("", test::basic("backend", "wrong"));
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_TRUE(wrong.has_header(R"(WWW-Authenticate: Basic realm="latchkey")"));
    EXPECT_EQ(log_in("", test::basic("backend", password)).status, 200U);
}

/// A lane without any room.
class CrowdedPasswordGrant : public test::oauth_fixture {
public:
    static passwords::hash_pool_settings no_room() {
        auto lane = cheap_lane();
        lane.queue_limit = 0;
        return lane;
    }
    bool refuses_now(std::string_view username, std::string_view password, bool enabled = true) {
        token_request request;
        request.username = username;
        request.password = secret(password);
        return password_grant(crowded, tokens, {.enabled = enabled}).refuses_now(request);
    }

    passwords::hash_pool full{no_room()};
    users::authenticator crowded{users, full, clock};
};

TEST_F(CrowdedPasswordGrant, RefusesBeforehandWhatCouldSucceedOnly) {
    EXPECT_TRUE(refuses_now("alice", "correct horse"));
    EXPECT_FALSE(refuses_now("", "correct horse"));
    EXPECT_FALSE(refuses_now("alice", ""));
    EXPECT_FALSE(refuses_now("alice", "correct horse", false));
}

TEST_F(CrowdedPasswordGrant, IsRefusedAtOnceAndNothingIsLookedUp) {
    std::vector<std::unique_ptr<grant>> grants;
    grants.push_back(std::make_unique<password_grant>(crowded, tokens, password_grant::settings{}));
    grants.push_back(std::make_unique<refresh_token_grant>(sessions, codec, tokens, authentication()));
    const oauth::token_endpoint endpoint(std::move(grants), crowded, authentication());
    const auto answer = [&](std::string_view form, std::string_view authorization = {}) {
        http::response response;
        const auto request = test::form_request(form, authorization);
        const bool at_once = !endpoint(request, response).has_value();
        return std::pair(at_once, response.status());
    };
    const auto stranger = test::basic("stranger", "guess");
    EXPECT_EQ(answer("username=alice&password=x", stranger), std::pair(true, 503U));
    EXPECT_EQ(answer("username=alice&password=x&password=y"), std::pair(true, 400U)) << "malformed";
    EXPECT_FALSE(answer("grant_type=refresh_token&refresh_token=x").first) << "needs no room";
    std::string text;
    metrics::exposition page(text, metrics::format::prometheus);
    endpoint.write_metrics(page);
    EXPECT_THAT(text, testing::HasSubstr(R"({outcome="overloaded",grant_type="password"} 1)"));
}

TEST(RequestContext, CutsTheUserAgentAt255PrintableCharacters) {
    const std::string long_one = "\x01" + std::string(300, 'a');
    http::request request;
    request.fields[static_cast<std::size_t>(http::field::user_agent)] = {long_one, 1};
    EXPECT_EQ(describe_origin(request, {}).user_agent, std::string(255, 'a'));
}

}  // namespace
}  // namespace latchkey::oauth
