#include "oauth/forward_auth.hpp"

#include "unit/oauth/oauth_fixture.hpp"

namespace latchkey::oauth {
namespace {

class ForwardAuth : public testing::Test {
protected:
    static tokens::claims claims_of_alice() {
        tokens::claims said;
        said.subject = "0190163d-8694-739b-aea5-966c26f8ad91";
        said.username = "alice";
        said.scope = "items:read items:write me";
        return said;
    }
    test::reply verify(std::string_view query) {
        http::request request;
        request.query = query;
        http::response response;
        forward_auth(request, claims, response);
        return test::reply_of(response);
    }

    tokens::claims claims = claims_of_alice();
};

TEST_F(ForwardAuth, AnswersWithWhoItIs) {
    const auto answer = verify("");
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(answer.has_header("X-Auth-Subject: 0190163d-8694-739b-aea5-966c26f8ad91"));
    EXPECT_TRUE(answer.has_header("X-Auth-Username: alice"));
    EXPECT_TRUE(answer.has_header("X-Auth-Scope: items:read items:write me"));
    EXPECT_TRUE(answer.has_header("Cache-Control: no-store"));
}

TEST_F(ForwardAuth, SendsEveryHeaderEvenWhenItIsEmpty) {
    claims.username = claims.scope = "";
    const auto answer = verify("");
    EXPECT_TRUE(answer.has_header("X-Auth-Username: "));
    EXPECT_TRUE(answer.has_header("X-Auth-Scope: "));
}

TEST_F(ForwardAuth, PercentEncodesWhatIsNoVisibleAscii) {
    claims.username = "Zo\xC3\xAB \"50%\"";
    EXPECT_TRUE(verify("").has_header(R"(X-Auth-Username: Zo%C3%AB%20"50%25")"));
    claims.subject = "a\r\nX-Auth-Username: root";
    EXPECT_TRUE(verify("").has_header("X-Auth-Subject: a%0D%0AX-Auth-Username:%20root"));
}

TEST_F(ForwardAuth, LetsThroughWhoHasAllTheScopesAskedFor) {
    for (const auto query : {"scope=me", "scope=items:read", "scope=items:read+me", "scope=items%3Aread%20me",
                             "scope=me&scope=items:write", "scope=me+me", "scope=+me++items:read+"})
        EXPECT_EQ(verify(query).status, 204U) << query;
}

TEST_F(ForwardAuth, NamesTheScopeThatIsNeeded) {
    for (const auto query : {"scope=admin", "scope=me+admin", "scope=item", "scope=items:rea",
                             "scope=me&scope=admin", "scope=admin&scope=me", "scope=Me"}) {
        const auto answer = verify(query);
        EXPECT_EQ(answer.status, 403U) << query;
        EXPECT_EQ(answer.error(), "insufficient_scope");
        EXPECT_EQ(answer.headers.find("X-Auth"), answer.headers.npos);
    }
    EXPECT_NE(verify("scope=me&scope=admin%20x").headers.find(R"(scope="me admin x")"), std::string::npos);
}

TEST_F(ForwardAuth, RefusesAQueryItDoesNotUnderstand) {
    for (const auto query :
         {"scope=", "scope", "scope=+", "scopes=me", "Scope=me", "%73cope=me", "scope=me&x=1", "x=1",
          "scope=me&", "&scope=me", "scope=me&&scope=me", "scope=%", "scope=%4", "scope=%zz", "scope=%22",
          "scope=%00", "scope=a%0D%0Ab", "scope=%C3%AB", "scope=me&scope="})
        EXPECT_EQ(verify(query).status, 400U) << query;
    EXPECT_EQ(verify("scope=" + std::string(1023, 'a')).status, 403U);
    EXPECT_EQ(verify("scope=" + std::string(1024, 'a')).status, 400U);
}

}  // namespace
}  // namespace latchkey::oauth
