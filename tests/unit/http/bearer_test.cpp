#include "http/bearer.hpp"

#include <gtest/gtest.h>

#include "support/http_request.hpp"

namespace latchkey::http {
namespace {

using test::http_request;

errc refusal(const request& r) {
    const auto token = bearer_token(r);
    return token ? errc{} : token.error();
}

TEST(Bearer, IsReadWithoutRegardToCaseAndBlanks) {
    for (const auto* value : {"Bearer abc.d-e_f~+/1==", "bearer abc.d-e_f~+/1==",
                              "BEARER \t abc.d-e_f~+/1== \t", "Bearer\tabc.d-e_f~+/1=="})
        EXPECT_EQ(bearer_token(http_request({{field::authorization, value}})).value(), "abc.d-e_f~+/1==")
            << value;
}

TEST(Bearer, IsAbsentWithoutLineOrSchemeOrToken) {
    EXPECT_EQ(refusal(http_request({})), errc::not_authenticated);
    for (const auto* value : {"", "Bearer", "bearer ", "Bearer \t", "Basic Og==", "Bearerabc", "abc",
                              "Bear abc", "Token abc", "\"Bearer\" abc", "Bearer,abc"})
        EXPECT_EQ(refusal(http_request({{field::authorization, value}})), errc::not_authenticated) << value;
}

TEST(Bearer, IsEverythingBehindTheScheme) {
    for (const std::string_view token : {"a b", "a, Bearer b", "=", "a\tb", "\xC3\xA9", "Bearer a"})
        EXPECT_EQ(
            bearer_token(http_request({{field::authorization, "Bearer " + std::string(token)}})).value(),
            token);
}

TEST(Bearer, IsRefusedWhenItComesTwice) {
    EXPECT_EQ(refusal(http_request({{field::authorization, "Bearer a"}, {field::authorization, "Bearer a"}})),
              errc::repeated_credentials);
    EXPECT_EQ(
        refusal(http_request({{field::authorization, "Basic Og=="}, {field::authorization, "Bearer a"}})),
        errc::repeated_credentials);
}

TEST(Bearer, IsRefusedBesideATokenInTheQuery) {
    for (const auto* query : {"access_token=b", "access_token", "access_token=", "x=y&access_token=b",
                              "&&access_token=b&x", "access%5Ftoken=b", "%61ccess%5ftoke%6E=b"}) {
        auto r = http_request({{field::authorization, "Bearer a"}});
        r.query = query;
        EXPECT_EQ(refusal(r), errc::repeated_credentials) << query;
    }
}

TEST(Bearer, IsTakenBesideOtherParameters) {
    for (const auto* query : {"", "x=access_token", "xaccess_token=b", "access_tokens=b", "access_toke=b",
                              "Access_Token=b", "access%5", "access%zztoken=b", "%", "access%255Ftoken=b"}) {
        auto r = http_request({{field::authorization, "Bearer a"}});
        r.query = query;
        EXPECT_EQ(refusal(r), errc{}) << query;
    }
}

TEST(Bearer, IsNeverReadFromTheQueryAlone) {
    request r;
    r.query = "access_token=b";
    EXPECT_EQ(refusal(r), errc::not_authenticated);
}

}  // namespace
}  // namespace latchkey::http
