#include "http/json_body.hpp"

#include <gtest/gtest.h>

#include "support/http_request.hpp"

namespace latchkey::http {
namespace {

result<boost::json::object> read(std::string_view body, std::string_view type = "application/json") {
    auto request = test::http_request({{field::content_type, type}});
    request.body = body;
    return json_body(request);
}

TEST(JsonBody, IsOneObject) {
    EXPECT_EQ(read(R"({"a":1})")->at("a"), 1);
    EXPECT_TRUE(read("{}")->empty());
    EXPECT_TRUE(read(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").has_value());
    EXPECT_TRUE(read("{}", "application/json; charset=utf-8").has_value());
}

TEST(JsonBody, RefusesEverythingElse) {
    for (const std::string_view bad : {"", "[]", "1", "null", "\"a\"", "{", "{}{}", "{} x", R"({"a":1,})",
                                       R"({'a':1})", "{\"a\":\"\xff\"}", R"({"a":[[[[[[[[[]]]]]]]]]})"})
        EXPECT_EQ(read(bad).error(), errc::malformed_json) << bad;
}

TEST(JsonBody, RefusesAMemberThatIsSentTwiceAtAnyDepth) {
    EXPECT_EQ(read(R"({"a":1,"a":2})").error(), errc::malformed_json);
    EXPECT_EQ(read(R"({"a":{"b":1,"b":1}})").error(), errc::malformed_json);
    EXPECT_EQ(read(R"({"a":1,"\u0061":2})").error(), errc::malformed_json);
}

TEST(JsonBody, RefusesAnotherMediaType) {
    EXPECT_EQ(read("{}", "text/plain").error(), errc::unsupported_media_type);
    EXPECT_EQ(read("{}", "").error(), errc::unsupported_media_type);
}

}  // namespace
}  // namespace latchkey::http
