#include "http/media_type.hpp"

#include <gtest/gtest.h>

#include <array>

namespace latchkey::http {
namespace {

struct row {
    std::string_view value, type, boundary;
};

TEST(MediaType, IgnoresCaseAndHasItsBoundaryUnquoted) {
    constexpr auto rows = std::to_array<row>({
        {"text/plain", "text/plain", ""},
        {" \tText/PLAIN \t", "text/plain", ""},
        {"text/plain;charset=utf-8", "text/plain", ""},
        {"text/plain \t; \tcharset=utf-8 ; ; x=\"y;z\";", "text/plain", ""},
        {"multipart/form-data; boundary=aBc", "multipart/form-data", "aBc"},
        {"multipart/form-data; BOUNDARY=\"a b\"", "multipart/form-data", "a b"},
        {R"(multipart/form-data; boundary="a\"b\\c\d")", "multipart/form-data", "a\"b\\cd"},
        {"multipart/form-data; boundary=\"\"", "multipart/form-data", ""},
        {"multipart/form-data; x=\"; boundary=no\"; boundary=yes", "multipart/form-data", "yes"},
        {"application/vnd.api+json", "application/vnd.api+json", ""},
    });
    for (const auto& [value, type, boundary] : rows) {
        const auto media = parse_media_type(value);
        EXPECT_TRUE(media.is(type)) << value;
        EXPECT_FALSE(media.is("text/html")) << value;
        EXPECT_EQ(media.boundary, boundary) << value;
    }
}

TEST(MediaType, IsEmptyWhenMalformed) {
    for (const auto* value : {"",
                              " ",
                              "/",
                              "text",
                              "text/",
                              "/plain",
                              "text /plain",
                              "text/ plain",
                              "text/plain/x",
                              "text/plain x",
                              "text/plain, text/html",
                              "text/plain; x",
                              "text/plain; x=",
                              "text/plain; =y",
                              "text/plain; x =y",
                              "text/plain; x= y",
                              "text/plain; x=\"y",
                              "text/plain; x=\"y\\",
                              "text/plain; x=\"y\"z",
                              "text/plain; x=\"\x01\"",
                              "text/plain; x=\"\\\x7F\"",
                              "text/plain; x=\xC3\xA9",
                              "t\xC3\xA9xt/plain",
                              "text/plain; boundary=a; boundary=a",
                              "text/plain; boundary=a; Boundary=b"}) {
        const auto media = parse_media_type(value);
        EXPECT_EQ(media.type, "") << value;
        EXPECT_EQ(media.boundary, "") << value;
    }
}

}  // namespace
}  // namespace latchkey::http
