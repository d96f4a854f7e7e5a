#include <gmock/gmock.h>

#include "support/running_service.hpp"

// The life of a session over the wire: refresh, replay, revocation, logout, password change.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using test::post_form;

class Session : public testing::Test {
protected:
    Session() { app.add_user("johndoe", "secret", {"items", "me"}); }

    test::answer refresh(const std::string& token, const std::string& more = "") {
        return app.send(post_form("/token", "grant_type=refresh_token&refresh_token=" + token + more));
    }
    unsigned items(const std::string& token) { return app.send(get("/items/", bearer(token))).status; }

    test::running_service app;
};

TEST_F(Session, ARefreshTokenHasOneSuccessorInsideTheWindow) {
    const auto first = app.log_in().text("refresh_token");
    const auto second = refresh(first).text("refresh_token");
    EXPECT_NE(second, first);
    app.clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(refresh(first).text("refresh_token"), second);
    EXPECT_EQ(refresh(second).status, 200U);
}

TEST_F(Session, AReplayAfterTheWindowEndsTheSessionAndItsAccessTokens) {
    const auto first = app.log_in().text("refresh_token");
    const auto next = refresh(first);
    app.clock.advance(std::chrono::milliseconds(10'001));
    const auto replayed = refresh(first);
    EXPECT_EQ(replayed.status, 400U);
    EXPECT_EQ(replayed.text("error"), "invalid_grant");
    EXPECT_EQ(replayed.body, refresh(first).body) << "not told apart from a token of no session";
    EXPECT_EQ(refresh(next.text("refresh_token")).status, 400U);
    EXPECT_EQ(items(next.text("access_token")), 401U);
}

TEST_F(Session, ARefreshMayNarrowTheScopeButNotWidenIt) {
    const auto first = app.log_in("username=johndoe&password=secret&scope=items").text("refresh_token");
    EXPECT_EQ(refresh(first, "&scope=me").text("error"), "invalid_scope");
    EXPECT_EQ(refresh(first, "&scope=items").text("scope"), "items");
}

TEST_F(Session, JunkIsRefusedLikeAnEndedSession) {
    const auto answer = refresh("junk");
    EXPECT_EQ(answer.text("error"), "invalid_grant");
    EXPECT_EQ(app.send(post_form("/token", "grant_type=refresh_token")).text("error"), "invalid_request");
}

TEST_F(Session, RevokingARefreshTokenEndsTheAccessTokenAtOnce) {
    const auto login = app.log_in();
    const auto revoked = app.send(post_form("/revoke", "token=" + login.text("refresh_token")));
    EXPECT_EQ(revoked.status, 200U);
    EXPECT_EQ(revoked.body, "{}");
    EXPECT_EQ(items(login.text("access_token")), 401U);
    EXPECT_EQ(refresh(login.text("refresh_token")).status, 400U);
    EXPECT_EQ(app.send(post_form("/revoke", "token=junk")).body, "{}");
}

TEST_F(Session, LogoutEndsThisTheOthersOrAll) {
    const auto one = app.log_in();
    const auto two = app.log_in();
    EXPECT_EQ(app.send(post_form("/logout?scope=others", "", bearer(one.text("access_token")))).status, 204U);
    EXPECT_EQ(items(two.text("access_token")), 401U);
    EXPECT_EQ(items(one.text("access_token")), 200U);
    EXPECT_EQ(app.send(post_form("/logout", "", bearer(one.text("access_token")))).status, 204U);
    EXPECT_EQ(items(one.text("access_token")), 401U);
    EXPECT_EQ(app.send(post_form("/logout?scope=everything", "", bearer(app.token()))).status, 422U);
}

TEST_F(Session, ListsAndDeletesOnlyItsOwnersSessions) {
    app.add_user("mallory", "secret");
    const auto own = app.log_in();
    const auto listed = app.send(get("/sessions", bearer(own.text("access_token"))));
    const std::string id(listed.json().at("items").at(0).at("id").as_string());
    const auto stranger = app.token("username=mallory&password=secret");
    const auto remove = [&](const std::string& token) {
        return app.send("DELETE /sessions/" + id + " HTTP/1.1\r\nHost: x\r\n" + bearer(token) + "\r\n")
            .status;
    };
    EXPECT_EQ(remove(stranger), 404U);
    EXPECT_EQ(remove(own.text("access_token")), 204U);
    EXPECT_EQ(items(own.text("access_token")), 401U);
}

TEST_F(Session, ANewPasswordKeepsOnlyTheSessionThatAskedForIt) {
    const auto other = app.log_in();
    const auto own = app.log_in();
    app.clock.advance(std::chrono::milliseconds(5));
    const std::string body = R"({"current_password":"secret","password":"a long enough password"})";
    const auto change = [&](const std::string& json) {
        return app.send("PUT /users/me/password HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                        bearer(own.text("access_token")) + "Content-Length: " + std::to_string(json.size()) +
                        "\r\n\r\n" + json);
    };
    EXPECT_EQ(change(R"({"current_password":"wrong","password":"a long enough password"})").status, 400U);
    EXPECT_EQ(change(R"({"current_password":"secret","password":"short"})").status, 422U);
    EXPECT_EQ(change(body).status, 204U);
    EXPECT_EQ(refresh(other.text("refresh_token")).status, 400U);
    EXPECT_EQ(items(own.text("access_token")), 401U) << "the session goes on, by a refresh";
    app.clock.advance(std::chrono::milliseconds(5));
    const auto on = refresh(own.text("refresh_token"));
    EXPECT_EQ(on.status, 200U);
    EXPECT_EQ(items(on.text("access_token")), 200U);
}

TEST(WithoutRefreshTokens, TheGrantIsOffAndNotAdvertised) {
    config::settings s;
    s.sessions.refresh_tokens = false;
    test::running_service app(s);
    app.add_user("johndoe", "secret");
    EXPECT_FALSE(app.log_in().json().as_object().contains("refresh_token"));
    const auto refused = app.send(post_form("/token", "grant_type=refresh_token&refresh_token=junk"));
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(refused.text("error"), "unsupported_grant_type");
    const auto metadata = app.send(get("/.well-known/oauth-authorization-server"));
    EXPECT_THAT(metadata.body, testing::Not(testing::HasSubstr("refresh_token")));
    EXPECT_THAT(metadata.body, testing::HasSubstr("password"));
}

TEST(Metadata, LiesAtEveryPathThatAClientDerivesFromTheIssuer) {
    config::settings s;
    s.tokens.issuer = "https://example.com/api/v1";
    s.server.root_path = "/api/v1";
    test::running_service app(s);
    for (const std::string path :
         {"/.well-known/oauth-authorization-server/api/v1", "/api/v1/.well-known/oauth-authorization-server",
          "/.well-known/oauth-authorization-server", "/api/v1/.well-known/openid-configuration"}) {
        const auto answer = app.send(get(path));
        ASSERT_EQ(answer.status, 200U) << path;
        EXPECT_EQ(answer.text("issuer"), s.tokens.issuer) << path;
    }
    EXPECT_EQ(app.send(get("/.well-known/oauth-authorization-server/api")).status, 404U);
}

}  // namespace
}  // namespace latchkey
