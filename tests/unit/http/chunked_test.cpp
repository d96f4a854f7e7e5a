#include "http/chunked.hpp"

#include <gtest/gtest.h>

#include <array>

#include "support/http_splits.hpp"

namespace latchkey::http {
namespace {

using namespace std::string_view_literals;

/// What became of a stream of pieces. A finished body leaves what follows it alone.
struct outcome {
    errc error{};
    bool complete = false;
    std::size_t consumed = 0;
    std::string body;
    bool operator==(const outcome&) const = default;
};

outcome decode(const std::vector<std::string_view>& pieces, std::size_t limit = 100) {
    chunked_decoder decoder;
    decoder.reset(limit);
    outcome out;
    for (const auto piece : pieces) {
        const auto progress = decoder.decode(piece, out.body);
        if (!progress) return {progress.error(), false, 0, {}};
        out.consumed += progress->consumed;
        out.complete = progress->complete;
    }
    return out;
}

outcome decode(std::string_view whole, std::size_t limit = 100) {
    return decode(std::vector{whole}, limit);
}

struct good_row {
    std::string_view bytes, body;
};
constexpr auto good_rows = std::to_array<good_row>({
    {"0\r\n\r\n", ""},
    {"5\r\nhello\r\n0\r\n\r\n", "hello"},
    {"1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", "hello"},
    {"a\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
    {"A\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
    {"0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"},
    {"5\r\nhello\r\n0000000000000000\r\n\r\n", "hello"},
    {"5\r\na\r\n\0b\r\n0\r\n\r\n"sv, "a\r\n\0b"sv},
    {"5;name=value;b=\"c\"\r\nhello\r\n0;last\r\n\r\n", "hello"},
    {"5;\r\nhello\r\n0\r\n\r\n", "hello"},
    {"5\r\nhello\r\n0\r\nX-Checksum: 1\r\nETag:\"caf\xC3\xA9\"\t\r\n\r\n", "hello"},
    {"0\r\nX-Empty:\r\n\r\n", ""},
});

struct bad_row {
    std::string_view what, bytes;
};
constexpr auto bad_rows = std::to_array<bad_row>({
    {"no digit", "\r\nhello\r\n0\r\n\r\n"},
    {"only an extension", ";x\r\nhello\r\n0\r\n\r\n"},
    {"plus", "+5\r\nhello\r\n0\r\n\r\n"},
    {"minus", "-5\r\nhello\r\n0\r\n\r\n"},
    {"0x", "0x5\r\nhello\r\n0\r\n\r\n"},
    {"underscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"},
    {"no hexadecimal digit", "g\r\n"},
    {"blank before", " 5\r\nhello\r\n0\r\n\r\n"},
    {"blank behind", "5 \r\nhello\r\n0\r\n\r\n"},
    {"tab behind", "5\t\r\nhello\r\n0\r\n\r\n"},
    {"blank before the extension", "5 ;x\r\nhello\r\n0\r\n\r\n"},
    {"blank in the extension", "5;x =y\r\nhello\r\n0\r\n\r\n"},
    {"LF in the extension", "5;x\nhello\r\n0\r\n\r\n"},
    {"control in the extension", "5;\x01\r\nhello\r\n0\r\n\r\n"},
    {"obs-text in the extension", "5;\xC3\xA9\r\nhello\r\n0\r\n\r\n"},
    {"CR in the extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
    {"open quote in the extension", "5;a=\"b\r\nhello\r\n0\r\n\r\n"},
    {"third quote in the extension", "5;a=\"b\"c\"\r\nhello\r\n0\r\n\r\n"},
    {"quote that spans a line end", "5;a=\"b\r\nhello\r\n0;\"\r\n\r\n"},
    {"backslash in the extension", "5;a=\"\\\"\"\r\nhello\r\n0\r\n\r\n"},
    {"NUL behind the size", "5\0\r\nhello\r\n0\r\n\r\n"sv},
    {"LF ends the size", "5\nhello\r\n0\r\n\r\n"},
    {"CR ends the size", "5\rhello\r\n0\r\n\r\n"},
    {"CR CR LF ends the size", "5\r\r\nhello\r\n0\r\n\r\n"},
    {"LF ends the data", "5\r\nhello\n0\r\n\r\n"},
    {"CR ends the data", "5\r\nhello\r0\r\n\r\n"},
    {"nothing ends the data", "5\r\nhello0\r\n\r\n"},
    {"data longer than said", "5\r\nhello!\r\n0\r\n\r\n"},
    {"data shorter than said", "5\r\nhell\r\n0\r\n\r\n"},
    {"17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n"},
    {"17 digits that wrap to 5", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
    {"LF ends the last size", "0\n\r\n"},
    {"LF ends the body", "0\r\n\n"},
    {"CR CR LF ends the body", "0\r\n\r\r\n"},
    {"trailer without colon", "0\r\nX\r\n\r\n"},
    {"trailer without name", "0\r\n: x\r\n\r\n"},
    {"blank before the trailer's colon", "0\r\nX : y\r\n\r\n"},
    {"folded trailer", "0\r\nX: y\r\n z\r\n\r\n"},
    {"LF ends a trailer", "0\r\nX: y\n\r\n"},
    {"CR in a trailer", "0\r\nX: y\rz\r\n\r\n"},
    {"NUL in a trailer", "0\r\nX: \0\r\n\r\n"sv},
    {"request for a trailer", "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
});

TEST(Chunked, DecodesWhatIsWellFormed) {
    for (const auto& row : good_rows)
        EXPECT_EQ(decode(row.bytes), (outcome{{}, true, row.bytes.size(), std::string(row.body)}));
}

TEST(Chunked, RefusesWhatTwoParsersCouldReadDifferently) {
    for (const auto& row : bad_rows)
        EXPECT_EQ(decode(row.bytes).error, errc::malformed_request) << row.what;
}

TEST(Chunked, DoesNotNoticeHowTheBytesArrive) {
    for (const auto& row : good_rows)
        for (const auto& pieces : test::http_splits(row.bytes))
            EXPECT_EQ(decode(pieces), decode(row.bytes)) << row.bytes;
    for (const auto& row : bad_rows)
        for (const auto& pieces : test::http_splits(row.bytes))
            EXPECT_EQ(decode(pieces), decode(row.bytes)) << row.what;
}

TEST(Chunked, LeavesThePipelinedRequestAlone) {
    constexpr std::string_view body = "2\r\nhi\r\n0\r\n\r\n", next = "GET / HTTP/1.1\r\n\r\n";
    const std::string both = std::string(body) + std::string(next);
    for (const auto& pieces : test::http_splits(both))
        EXPECT_EQ(decode(pieces), (outcome{{}, true, body.size(), "hi"}));
}

TEST(Chunked, IsNotCompleteBeforeItsLastByte) {
    for (const auto& row : good_rows)
        for (std::size_t size = 0; size < row.bytes.size(); ++size) {
            const auto cut = decode(row.bytes.substr(0, size));
            EXPECT_EQ(cut.error, errc{});
            EXPECT_FALSE(cut.complete) << row.bytes << " cut at " << size;
        }
}

TEST(Chunked, TakesABodyOfTheLimitAndNoLarger) {
    EXPECT_EQ(decode("5\r\nhello\r\n0\r\n\r\n", 5).body, "hello");
    EXPECT_EQ(decode("5\r\nhello\r\n0\r\n\r\n", 4).error, errc::body_too_large);
    EXPECT_EQ(decode("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 4).error, errc::body_too_large);
    EXPECT_EQ(decode("0\r\n\r\n", 0).complete, true);
}

TEST(Chunked, RefusesTheLargestSizeWithoutOverflow) {
    EXPECT_EQ(decode("ffffffffffffffff\r\n").error, errc::body_too_large);
    EXPECT_EQ(decode("1\r\na\r\nffffffffffffffff\r\n").error, errc::body_too_large);
}

TEST(Chunked, RefusesAnOversizedChunkBeforeItsDataArrive) {
    EXPECT_EQ(decode("65\r").error, errc::body_too_large);
}

TEST(Chunked, TakesAnExtensionOfTheLimitAndNoLonger) {
    const auto chunk = [](std::size_t extension) {
        return "0;" + std::string(extension - 1, 'x') + "\r\n\r\n";
    };
    EXPECT_TRUE(decode(chunk(chunked_decoder::max_extension)).complete);
    EXPECT_EQ(decode(chunk(chunked_decoder::max_extension + 1)).error, errc::malformed_request);
}

TEST(Chunked, RefusesABodyThatIsMostlyExtensions) {
    const std::string chunk = "1;" + std::string(chunked_decoder::max_extension - 1, 'x') + "\r\na\r\n";
    constexpr auto fit = chunked_decoder::max_extensions / chunked_decoder::max_extension;
    std::string body;
    for (std::size_t i = 0; i < fit; ++i)
        body += chunk;
    EXPECT_TRUE(decode(body + "0\r\n\r\n").complete);
    EXPECT_EQ(decode(body + "0;\r\n\r\n").error, errc::malformed_request);
}

TEST(Chunked, TakesTrailersOfTheLimitAndNoLarger) {
    const auto body = [](std::size_t size) { return "0\r\nX:" + std::string(size - 4, 'x') + "\r\n\r\n"; };
    EXPECT_TRUE(decode(body(chunked_decoder::max_trailers)).complete);
    EXPECT_EQ(decode(body(chunked_decoder::max_trailers + 1)).error, errc::malformed_request);
}

TEST(Chunked, RefusesTrailersThatFrameRouteOrAuthenticate) {
    for (const auto* name : {"Content-Length",
                             "transfer-encoding",
                             "HOST",
                             "Authorization",
                             "Cookie",
                             "Set-Cookie",
                             "Content-Type",
                             "Content-Encoding",
                             "Content-Range",
                             "Connection",
                             "Keep-Alive",
                             "TE",
                             "Trailer",
                             "Upgrade",
                             "Expect",
                             "Forwarded",
                             "X-Forwarded-For",
                             "x-forwarded-anything",
                             "Origin",
                             "Range",
                             "If-Match",
                             "Proxy-Authorization",
                             "Proxy-Connection",
                             "Cache-Control",
                             "Max-Forwards"})
        for (const auto* before : {"", "X-Fine: 1\r\n"})
            EXPECT_EQ(decode(std::string("0\r\n") + before + name + ": x\r\n\r\n").error,
                      errc::malformed_request)
                << name;
}

TEST(Chunked, TakesTrailersThatOnlyLookForbidden) {
    const std::string prefix_of_32(32, 'x');
    for (const auto& name :
         {std::string("Content-Lengt"), std::string("Hosts"), std::string("X-Host"), prefix_of_32 + "host"})
        EXPECT_TRUE(decode("0\r\n" + name + ": x\r\n\r\n").complete) << name;
}

TEST(Chunked, FailsTheSameWayUntilReset) {
    chunked_decoder decoder;
    std::string body;
    decoder.reset(1);
    EXPECT_EQ(decoder.decode("2\r\n", body).error(), errc::body_too_large);
    EXPECT_EQ(decoder.decode("0\r\n\r\n", body).error(), errc::body_too_large);
    decoder.reset(1);
    EXPECT_TRUE(decoder.decode("0\r\n\r\n", body)->complete);
}

}  // namespace
}  // namespace latchkey::http
