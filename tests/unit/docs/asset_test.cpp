#include "docs/asset.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "support/http_request.hpp"

namespace latchkey::docs {
namespace {

using http::field;
using testing::HasSubstr;
using testing::Not;

constexpr embedded_file file{.name = "a.css", .bytes = "p{}", .gzip = "compressed"};

http::request with(field name, std::string_view value, http::request r = {}) {
    r.method = http::verb::get;
    r.fields[static_cast<std::size_t>(name)] = {value, 1};
    return r;
}

http::response answer(const asset& of, const http::request& r) {
    http::response out;
    of(r, out);
    return out;
}

std::string tag_in(const http::response& r) {
    const std::string headers(r.headers());
    const auto from = headers.find("ETag: ") + 6;
    return headers.substr(from, headers.find("\r\n", from) - from);
}

TEST(Asset, IsSentAsItIsToWhoeverAsksForNothingElse) {
    const auto r = answer(asset("text/css", file), {});
    EXPECT_EQ(r.status(), 200U);
    EXPECT_EQ(r.body(), "p{}");
    EXPECT_EQ(r.body().data(), file.bytes.data());  // not a copy
    EXPECT_THAT(
        std::string(r.headers()),
        testing::AllOf(HasSubstr("Content-Type: text/css\r\n"), HasSubstr("Vary: Accept-Encoding\r\n"),
                       HasSubstr("X-Content-Type-Options: nosniff\r\n"),
                       HasSubstr("Cache-Control: no-cache\r\n"), Not(HasSubstr("Content-Encoding"))));
}

TEST(Asset, IsCompressedForWhoeverAsksForIt) {
    const auto r = answer(asset("text/css", file), with(field::accept_encoding, "gzip"));
    EXPECT_EQ(r.body(), "compressed");
    EXPECT_THAT(std::string(r.headers()), HasSubstr("Content-Encoding: gzip\r\n"));
}

TEST(Asset, WithoutACompressedFormVariesWithNothing) {
    const auto r = answer(asset("text/css", {.name = "a", .bytes = "p{}", .gzip = {}}),
                          with(field::accept_encoding, "gzip"));
    EXPECT_EQ(r.body(), "p{}");
    EXPECT_THAT(std::string(r.headers()),
                testing::AllOf(Not(HasSubstr("Vary")), Not(HasSubstr("Content-Encoding"))));
}

TEST(Asset, IsNotSentAgainToWhoeverHasIt) {
    const asset style("text/css", file);
    const auto tag = tag_in(answer(style, {}));
    const auto r = answer(style, with(field::if_none_match, tag));
    EXPECT_EQ(r.status(), 304U);
    EXPECT_EQ(r.body(), "");
    EXPECT_EQ(tag_in(r), tag);  // RFC 9110 section 15.4.5 wants it, and the other two
    EXPECT_THAT(std::string(r.headers()), testing::AllOf(HasSubstr("Vary"), HasSubstr("Cache-Control")));
    EXPECT_EQ(answer(style, with(field::if_none_match, "\"other\"")).status(), 200U);
}

TEST(Asset, HasAnotherTagForOtherBytes) {
    const asset style("text/css", file);
    const auto plain = tag_in(answer(style, {}));
    const auto packed = tag_in(answer(style, with(field::accept_encoding, "gzip")));
    EXPECT_NE(plain, packed);
    // Whoever has one form and asks for the other gets it.
    EXPECT_EQ(answer(style, with(field::if_none_match, plain, with(field::accept_encoding, "gzip"))).status(),
              200U);
    EXPECT_EQ(answer(style, with(field::if_none_match, packed)).status(), 200U);
    const asset changed("text/css", {.name = "a.css", .bytes = "p{} ", .gzip = {}});
    EXPECT_NE(tag_in(answer(changed, {})), plain);
}

TEST(HashSource, IsOfWhatStandsInTheElement) {
    // printf 1 | openssl sha256 -binary | base64
    EXPECT_EQ(hash_source("<p><script>1</script><script>2</script>", "script"),
              "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='");
    EXPECT_THROW(hash_source("<p>", "script"), std::logic_error);
    EXPECT_THROW(hash_source("<script>1", "script"), std::logic_error);
}

}  // namespace
}  // namespace latchkey::docs
