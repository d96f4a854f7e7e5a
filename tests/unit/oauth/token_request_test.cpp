#include "oauth/token_request.hpp"

#include <gtest/gtest.h>

#include "oauth/scope.hpp"
#include "oauth/token_query.hpp"
#include "unit/oauth/oauth_fixture.hpp"

namespace latchkey::oauth {
namespace {

std::string_view repeated;  // as the last read() found it

result<token_request> read(std::string_view body) {
    repeated = {};
    return read_token_request(http::decode_urlencoded(body).value(), repeated);
}

TEST(TokenRequest, ReadsEveryParameter) {
    const auto request = read(
        "grant_type=g&username=u&password=p&scope=s&client_id=i&client_secret=c&refresh_token=r&unknown=x&"
        "unknown=y");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->grant_type, "g");
    EXPECT_EQ(request->username, "u");
    EXPECT_EQ(request->password.view(), "p");
    EXPECT_EQ(request->scope, "s");
    EXPECT_EQ(request->client_id, "i");
    EXPECT_EQ(request->client_secret.view(), "c");
    EXPECT_EQ(request->refresh_token.view(), "r");
}

TEST(TokenRequest, RefusesARepeatedParameterEvenWhenItIsEmptyAndNamesIt) {
    for (const auto name :
         {"grant_type", "username", "password", "scope", "client_id", "client_secret", "refresh_token"}) {
        const auto twice = "username=u&password=p&" + std::string(name) + "=&" + name + "=x";
        EXPECT_EQ(read(twice).error(), errc::repeated_parameter) << name;
        EXPECT_EQ(repeated, name);
    }
}

TEST(TokenRequest, TakesNameAndPasswordForThePasswordGrant) {
    EXPECT_EQ(read("username=u&password=p").value().grant_type, "password");
    EXPECT_EQ(read("grant_type=&username=u&password=p").value().grant_type, "password");
    EXPECT_EQ(read("username=u").value().grant_type, "password") << "the grant tells what is missing";
    EXPECT_EQ(read("scope=u").error(), errc::missing_grant_type);
    EXPECT_EQ(read("refresh_token=r").error(), errc::missing_grant_type);
}

TEST(TokenQuery, ReadsEveryParameter) {
    const auto query = read_token_query(
        test::form_request("token=t&token_type_hint=h&client_id=i&client_secret=c"), repeated);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->token, "t");
    EXPECT_EQ(query->token_type_hint, "h");
    EXPECT_EQ(query->client_id, "i");
    EXPECT_EQ(query->client_secret, "c");
}

TEST(Scope, IsASetOfWords) {
    EXPECT_EQ(parse_scope(" b  a b ").value(), (scope_set{"a", "b"}));
    EXPECT_EQ(parse_scope("").value(), scope_set{});
    EXPECT_EQ(parse_scope("a \"").error(), errc::invalid_scope);
    EXPECT_EQ(parse_scope("a\tb").error(), errc::invalid_scope);
    EXPECT_EQ(join_scope({"a", "b"}), "a b");
}

TEST(Scope, GrantsWhatIsAskedForOrAllOrNothing) {
    EXPECT_EQ(grant_scope({}, {"a", "b"}, false).value(), (scope_set{"a", "b"}));
    EXPECT_EQ(grant_scope({"a"}, {"a", "b"}, false).value(), scope_set{"a"});
    EXPECT_EQ(grant_scope({"a", "c"}, {"a", "b"}, false).error(), errc::invalid_scope);
    EXPECT_EQ(grant_scope({"a", "c"}, {"a", "b"}, true).value(), scope_set{"a"});
    EXPECT_TRUE(is_within({}, {}));
    EXPECT_FALSE(is_within({"a"}, {}));
}

}  // namespace
}  // namespace latchkey::oauth
