#include "http/basic.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/http_request.hpp"

namespace latchkey::http {
namespace {

using namespace std::string_view_literals;
using test::http_request;

struct row {
    std::string_view value, id, password;
};

TEST(Basic, IsReadWithOrWithoutPadding) {
    constexpr auto rows = std::to_array<row>({
        {"Basic Og==", "", ""},  // what Swagger UI sends for a public client
        {"Basic Og", "", ""},
        {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},  // RFC 7617 section 2
        {"basic \t QWxhZGRpbjpvcGVuIHNlc2FtZQ \t", "Aladdin", "open sesame"},
        {"BASIC dGVzdDoxMjPCow==", "test", "123\xC2\xA3"},  // RFC 7617 section 2.1
        {"Basic YTpiOmM=", "a", "b:c"},
        {"Basic YTo=", "a", ""},
        {"Basic OmI=", "", "b"},
        {"Basic OgA=", "", "\0"sv},
        {"Basic Ojr+/w==", "", ":\xFE\xFF"},
    });
    for (const auto& [value, id, password] : rows) {
        const auto found = basic_authorization(http_request({{field::authorization, value}}));
        ASSERT_TRUE(found.has_value() && found->has_value()) << value;
        EXPECT_EQ((*found)->id(), id) << value;
        EXPECT_EQ((*found)->password(), password) << value;
    }
}

TEST(Basic, IsAbsentWithoutLineOrWithAnotherScheme) {
    EXPECT_FALSE(basic_authorization(http_request({}))->has_value());
    for (const auto* value : {"", "Bearer abc", "BasicOg==", "Basi Og==", "Digest x"})
        EXPECT_FALSE(basic_authorization(http_request({{field::authorization, value}}))->has_value())
            << value;
}

TEST(Basic, IsMalformedWithoutCanonicalBase64OrColon) {
    for (const auto* value : {"Basic", "Basic ", "Basic =", "Basic ==", "Basic O",
                              "Basic Og=", "Basic Og===", "Basic Oh==", "Basic O g==", "Basic Og= =",
                              "Basic Og==Og==", "Basic Og==, Basic Og==", "Basic Ojr-_w==", "Basic YWJj",
                              "Basic a:b", "Basic \xC3\xA9", "Basic Og==\x01", "Basic %4Fg=="})
        EXPECT_EQ(basic_authorization(http_request({{field::authorization, value}})).error(),
                  errc::malformed_basic)
            << value;
}

TEST(Basic, IsMalformedWithAnyByteOutsideTheAlphabet) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int c = 0; c < 0x100; ++c) {
        const auto byte = static_cast<char>(c);
        const std::string value = std::string("Basic OjpB") + byte + "DpB";
        const bool found = basic_authorization(http_request({{field::authorization, value}})).has_value();
        EXPECT_EQ(found, alphabet.find(byte) != alphabet.npos) << c;
    }
}

TEST(Basic, IsRefusedWhenItComesTwice) {
    const auto twice =
        http_request({{field::authorization, "Basic Og=="}, {field::authorization, "Basic Og=="}});
    EXPECT_EQ(basic_authorization(twice).error(), errc::repeated_credentials);
}

TEST(Basic, DecodesTheLongestThatAHeaderHolds) {
    const std::string value = "Basic " + std::string(16'000, 'O');  // "8\xE3\x8E" again and again: no colon
    EXPECT_EQ(basic_authorization(http_request({{field::authorization, value}})).error(),
              errc::malformed_basic);
}

}  // namespace
}  // namespace latchkey::http
