#include "http/response.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace latchkey::http {
namespace {

std::string text_of(const response& r, bool head_only = false, bool keep_alive = true,
                    unsigned version = 11) {
    std::string out;
    r.append_to(out, head_only, keep_alive, version, "Mon, 23 Nov 2026 12:00:00 GMT");
    return out;
}

TEST(Response, IsStatusLineHeadersAndBody) {
    response r;
    r.add("X-A", "b");
    r.body("text/plain").append("hello");
    EXPECT_EQ(text_of(r),
              "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: 5\r\nX-A: b\r\n"
              "Content-Type: text/plain\r\n\r\nhello");
}

TEST(Response, ToHeadHasTheLengthOfTheBodyItLeavesOut) {
    response r;
    r.body("text/plain").append("hello");
    EXPECT_THAT(text_of(r, true),
                testing::AllOf(testing::HasSubstr("Content-Length: 5\r\n"), testing::EndsWith("\r\n\r\n")));
}

TEST(Response, LeavesAStoredBodyWhereItIs) {
    static constexpr std::string_view file = "a large file";
    response r;
    r.body("text/plain").append("replaced");
    r.reset();
    r.stored_body("text/css", file);
    std::string out;
    const auto rest = r.append_to(out, false, true, 11, "now");
    EXPECT_EQ(rest.data(), file.data());
    EXPECT_THAT(out,
                testing::AllOf(testing::HasSubstr("Content-Length: 12\r\n"), testing::EndsWith("\r\n\r\n")));
    EXPECT_EQ(r.body(), file);

    EXPECT_EQ(r.append_to(out, true, true, 11, "now"), "");  // HEAD
    r.status(304);
    EXPECT_EQ(r.append_to(out, false, true, 11, "now"), "");
    r.reset();
    EXPECT_EQ(r.body(), "");
    EXPECT_EQ(r.append_to(out, false, true, 11, "now"), "");
}

TEST(Response, WithoutContentHasNoContentLength) {
    response r;
    r.status(204);
    EXPECT_THAT(text_of(r), testing::Not(testing::HasSubstr("Content-Length")));
}

TEST(Response, SaysWhatTheConnectionWillDo) {
    response r;
    EXPECT_THAT(text_of(r, false, false), testing::HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(text_of(r, false, true, 10), testing::HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(text_of(r), testing::Not(testing::HasSubstr("Connection")));
}

TEST(Response, RefusesAHeaderThatWouldBreakItsLine) {
    response r;
    EXPECT_THROW(r.add("X-A", "b\r\nSet-Cookie: c"), std::logic_error);
    EXPECT_THROW(r.add("X-A\n", "b"), std::logic_error);
    EXPECT_THROW(r.add("X-A", std::string_view("b\0", 2)), std::logic_error);
}

TEST(Response, StartsAfreshAfterReset) {
    response r;
    r.status(500);
    r.close();
    r.add("X-A", "b");
    r.body("text/plain").append("secret");
    r.reset();
    EXPECT_EQ(text_of(r), text_of(response{}));
    EXPECT_FALSE(r.closes());
}

}  // namespace
}  // namespace latchkey::http
