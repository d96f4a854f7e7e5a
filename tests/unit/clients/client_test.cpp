#include "clients/client.hpp"

#include <gtest/gtest.h>

#include <set>

namespace latchkey::clients {
namespace {

client client_with(std::vector<std::string> grant_types, client_type type = client_type::confidential) {
    client c;
    c.type = type;
    c.grant_types = std::move(grant_types);
    return c;
}

TEST(client, MayUseTheGrantsItIsRegisteredForAndNoOther) {
    const auto c = client_with({"client_credentials", "password"});
    EXPECT_TRUE(c.may_use("password"));
    EXPECT_TRUE(c.may_use("client_credentials"));
    for (const auto* other : {"refresh_token", "", "Password", "pass", "password ", "authorization_code"})
        EXPECT_FALSE(c.may_use(other)) << other;
    EXPECT_FALSE(client_with({}).may_use("password"));
}

TEST(client, APublicClientNeverUsesClientCredentials) {
    const auto c = client_with({"client_credentials", "password"}, client_type::public_);
    EXPECT_FALSE(c.may_use("client_credentials"));
    EXPECT_TRUE(c.may_use("password"));
}

TEST(client, ADisabledClientMayUseNothing) {
    auto c = client_with({"client_credentials", "password", "refresh_token"});
    c.disabled = true;
    for (const auto& grant : c.grant_types)
        EXPECT_FALSE(c.may_use(grant)) << grant;
}

TEST(client_id, Takes1To64CharactersOfItsAlphabet) {
    for (const auto& id : {std::string("a"), std::string("web-app_1"), std::string(64, 'Z'), std::string("-"),
                           std::string("550e8400-e29b-41d4-a716-446655440000")})
        EXPECT_TRUE(is_client_id(id)) << id;
    for (const auto& id :
         {std::string(), std::string(65, 'Z'), std::string("a b"), std::string("a:b"), std::string("a\0b", 3),
          std::string("caf\xc3\xa9"), std::string("a\n"), std::string("a=")})
        EXPECT_FALSE(is_client_id(id)) << id;
}

TEST(client_id, TakesExactlyTheCharactersOfItsAlphabet) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int c = 0; c < 256; ++c) {
        const std::string id(1, static_cast<char>(c));
        EXPECT_EQ(is_client_id(id), alphabet.find(id) != alphabet.npos) << c;
    }
}

TEST(client_id, FreshOnesAreDifferentAndNoOptionOfACommandLine) {
    std::set<std::string> made;
    for (int i = 0; i < 2000; ++i) {
        const auto id = generate_client_id();
        EXPECT_EQ(id.size(), 16u);
        EXPECT_TRUE(is_client_id(id)) << id;
        EXPECT_NE(id.front(), '-');
        made.insert(id);
    }
    EXPECT_EQ(made.size(), 2000u);
}

}  // namespace
}  // namespace latchkey::clients
