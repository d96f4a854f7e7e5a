#include "oauth/grants/client_credentials.hpp"

#include "unit/oauth/oauth_fixture.hpp"

// RFC 6749 section 4.4.
namespace latchkey::oauth {
namespace {

using clients::client_type;
using test::basic;

class ClientCredentialsGrant : public test::oauth_fixture {
protected:
    test::reply ask(std::string_view id, std::string_view password, std::string_view more = {}) {
        return post_token("grant_type=client_credentials" + std::string(more), basic(id, password));
    }
    static void give_scopes(clients::client& c) { c.scopes = {"jobs:read", "jobs:write"}; }
};

TEST_F(ClientCredentialsGrant, AnswersWithATokenOfTheClientItself) {
    const auto password = add_client("backend", client_type::confidential, give_scopes);
    const auto answer = ask("backend", password);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_FALSE(answer.json().contains("refresh_token"));
    EXPECT_EQ(answer.text("scope"), "jobs:read jobs:write");
    EXPECT_EQ(verdict(answer.text("access_token"),
                      [](const tokens::claims& c) {
                          EXPECT_EQ(c.subject, "backend");
                          EXPECT_EQ(c.client_id, "backend");
                          EXPECT_EQ(c.username, "");
                          EXPECT_EQ(c.session, "");
                      }),
              test::good);
    EXPECT_TRUE(sessions.rows.empty());
}

TEST_F(ClientCredentialsGrant, GrantsNoScopeBeyondTheClients) {
    const auto password = add_client("backend", client_type::confidential, give_scopes);
    EXPECT_EQ(ask("backend", password, "&scope=jobs:read").text("scope"), "jobs:read");
    EXPECT_EQ(ask("backend", password, "&scope=admin").error(), "invalid_scope");
    const auto none = add_client("bare");
    EXPECT_FALSE(ask("bare", none).json().contains("scope"));
    EXPECT_EQ(ask("bare", none, "&scope=items").error(), "invalid_scope");
}

TEST_F(ClientCredentialsGrant, IsForAuthenticatedConfidentialClientsOnly) {
    EXPECT_EQ(post_token("grant_type=client_credentials").error(), "invalid_client");
    EXPECT_EQ(post_token("grant_type=client_credentials&client_id=any").error(), "invalid_client");
    add_client("web", client_type::public_, give_scopes);
    add_client("backend", client_type::confidential, give_scopes);
    EXPECT_EQ(post_token("grant_type=client_credentials&client_id=web").error(), "unauthorized_client");
    EXPECT_EQ(post_token("grant_type=client_credentials&client_id=backend").error(), "invalid_client");
    EXPECT_EQ(ask("backend", "wrong").status, 401U);
}

TEST_F(ClientCredentialsGrant, RefusesAClientThatMayNotUseIt) {
    const auto password =
        add_client("backend", client_type::confidential, [](auto& c) { c.grant_types = {"password"}; });
    EXPECT_EQ(ask("backend", password).error(), "unauthorized_client");
}

TEST_F(ClientCredentialsGrant, IssuesNoTokenWhoseSubjectReadsLikeAUser) {
    const auto id = alice.value.text();
    const auto password = add_client(id);
    EXPECT_EQ(ask(id, password).error(), "unauthorized_client");
}

}  // namespace
}  // namespace latchkey::oauth
