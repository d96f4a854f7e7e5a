#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/http/framing_rows.hpp"

namespace latchkey::http::test {
namespace {

struct refused_row {
    std::string_view what;
    std::string_view block;
};

/// Two parsers could read each of these differently. Taken from the published request-smuggling work (Linhart
/// et al. 2005, Kettle 2019, T-Reqs 2021, HTTP Garden 2024) and from advisories.
constexpr auto refused_rows = std::to_array<refused_row>({
    // Transfer-Encoding against Content-Length
    {"CL.TE", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"TE.CL", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n"},
    {"TE with CL 0", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"identity with CL",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: identity\r\n\r\n"},
    // Transfer-Encoding in disguise
    {"TE twice",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"TE.TE", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n"},
    {"chunked, identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n"},
    {"identity, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n"},
    {"gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
    {"chunked, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"},
    {"a lone comma", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n"},
    {"xchunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"},
    {"chunkedx", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunkedx\r\n\r\n"},
    {"parameter", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;x\r\n\r\n"},
    {"quoted", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"},
    {"empty", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"},
    {"identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
    {"vertical tab before",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0B"
     "chunked\r\n\r\n"},
    {"form feed behind", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\x0C\r\n\r\n"},
    {"obs-text behind", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\xA0\r\n\r\n"},
    {"chunked in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"blank before the colon", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"},
    {"tab before the colon", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\t: chunked\r\n\r\n"},
    {"NUL before the colon", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\0: chunked\r\n\r\n"sv},
    {"folded", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"},
    {"hidden in a fold", "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tTransfer-Encoding: chunked\r\n\r\n"},
    {"hidden behind LF", "POST / HTTP/1.1\r\nHost: a\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n"},
    {"hidden behind CR", "POST / HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n"},
    {"blank first line", "POST / HTTP/1.1\r\n Host: a\r\n\r\n"},
    // Content-Length
    {"CL twice", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"},
    {"CL twice, equal", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"},
    {"CL twice, other case", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nCONTENT-LENGTH: 5\r\n\r\n"},
    {"CL list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"},
    {"CL list without blank", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5,6\r\n\r\n"},
    {"CL lone comma", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5,\r\n\r\n"},
    {"CL plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"},
    {"CL minus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"},
    {"CL minus zero", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -0\r\n\r\n"},
    {"CL hexadecimal", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"},
    {"CL blank inside", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:  5 5\r\n\r\n"},
    {"CL underscore", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n"},
    {"CL fraction", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\n"},
    {"CL exponent", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1e1\r\n\r\n"},
    {"CL quoted", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \"5\"\r\n\r\n"},
    {"CL text behind", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5;x\r\n\r\n"},
    {"CL Arabic digit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \xD9\xA5\r\n\r\n"},
    {"CL empty", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
    {"CL one above 64 bits", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n"},
    {"CL wraps to 5", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551621\r\n\r\n"},
    {"CL 21 digits", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000000000000000000005\r\n\r\n"},
    {"CL vertical tab",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \x0B"
     "5\r\n\r\n"},
    {"CL NUL", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\0\r\n\r\n"sv},
    {"CL folded", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n 6\r\n\r\n"},
    // Host
    {"no Host", "GET / HTTP/1.1\r\n\r\n"},
    {"Host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"Host twice, equal", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"},
    {"Host twice in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
    {"Host empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {"Host bad in 1.0", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
    {"Host with userinfo", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"},
    {"Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {"Host with comma", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"},
    {"Host with blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"absolute form, other host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute form, other port", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute form, userinfo", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n"},
    {"absolute form, host before query", "GET http://b?x HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute form, https", "GET https://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    // Request line
    {"empty", ""},
    {"only the empty line", "\r\n\r\n"},
    {"HTTP/0.9", "GET /\r\n\r\n"},
    {"no version", "GET / \r\nHost: a\r\n\r\n"},
    {"two blanks before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"two blanks behind the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"tab for a blank", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"leading blank", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"blank behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
    {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"},
    {"long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
    {"padded version", "GET / HTTP/01.1\r\nHost: a\r\n\r\n"},
    {"version of letters", "GET / HTTP/a.b\r\nHost: a\r\n\r\n"},
    {"version with comma", "GET / HTTP/1,1\r\nHost: a\r\n\r\n"},
    {"method no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"method not ASCII", "G\xC3\x89T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"no method", "/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"control in the target", "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"NUL in the target", "GET /a\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"DEL in the target", "GET /a\x7F HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"target not ASCII", "GET /caf\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"LF ends the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
    {"CR ends the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"},
    {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"},
    {"TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n"sv},
    // Header lines
    {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"},
    {"no name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"},
    {"name not ASCII", "GET / HTTP/1.1\r\nHost: a\r\nX\xC3\xA9: x\r\n\r\n"},
    {"name with slash", "GET / HTTP/1.1\r\nHost: a\r\nX/Y: x\r\n\r\n"},
    {"name with NUL", "GET / HTTP/1.1\r\nHost: a\r\nX\0Y: x\r\n\r\n"sv},
    {"NUL in a short value", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"sv},
    {"NUL in a long value", "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghijk\0lmnopqrstuvwxyz\r\n\r\n"sv},
    {"DEL in a long value", "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghijk\x7Flmnopqrstuvwxyz\r\n\r\n"},
    {"escape in a long value", "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghijk\x1Blmnopqrstuvwxyz\r\n\r\n"},
    {"LF in a long value", "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghijkl\nmnopqrstuvwxyz\r\n\r\n"},
    {"CR in a long value", "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghijkl\rmnopqrstuvwxyz\r\n\r\n"},
    {"ends in LF LF", "GET / HTTP/1.1\r\nHost: a\n\n"},
    {"ends in CR LF LF", "GET / HTTP/1.1\r\nHost: a\r\n\n"},
    {"ends in LF CR LF", "GET / HTTP/1.1\r\nHost: a\n\r\n"},
    {"no empty line", "GET / HTTP/1.1\r\nHost: a\r\n"},
    {"bytes behind the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"empty line ends in CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n"},
});

const limits defaults;

result<framing> framing_of(std::string_view block, const limits& limit = defaults) {
    request ignored;
    return parse_header(block, limit, ignored);
}

errc refusal(std::string_view block, const limits& limit = defaults) {
    const auto framed = framing_of(block, limit);
    return framed ? errc{} : framed.error();
}

std::string request_with(std::string_view lines) {
    return "POST /token HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

TEST(Framing, AcceptsWhatEveryParserReadsAlike) {
    for (const auto& row : accepted_rows) {
        SCOPED_TRACE(row.what);
        const auto framed = framing_of(row.block);
        ASSERT_TRUE(framed.has_value());
        EXPECT_EQ(framed->body, row.body);
        EXPECT_EQ(framed->content_length, row.content_length);
        EXPECT_EQ(framed->expects_continue, row.expects_continue);
    }
}

TEST(Framing, RefusesWhatTwoParsersCouldReadDifferently) {
    for (const auto& row : refused_rows)
        EXPECT_EQ(refusal(row.block), errc::malformed_request) << row.what;
}

TEST(Framing, RefusesEveryControlCharacterAtEveryPlaceOfAValue) {
    constexpr std::string_view head = "GET / HTTP/1.1\r\nHost: a\r\nX: ", tail = "\r\nAccept: b\r\n\r\n";
    for (int c = 0; c < 0x100; ++c)
        for (std::size_t at = 0; at < 20; ++at) {
            std::string value(20, 'v');
            value[at] = static_cast<char>(c);
            const bool control = (c < 0x20 && c != '\t') || c == 0x7F;
            EXPECT_EQ(refusal(std::string(head) + value + std::string(tail)),
                      control ? errc::malformed_request : errc{})
                << "byte " << c << " at " << at;
        }
}

TEST(Framing, TakesTokenCharactersOnlyInANameAndAMethod) {
    constexpr std::string_view token =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (int c = 0; c < 0x100; ++c) {
        const auto byte = static_cast<char>(c);
        const bool allowed = token.find(byte) != token.npos;
        const std::string method = std::string("G") + byte + "T / HTTP/1.1\r\nHost: a\r\n\r\n";
        EXPECT_EQ(refusal(method) == errc{}, allowed) << c;
        for (std::size_t at = 0; at < 40; ++at) {
            std::string name(40, 'n');
            name[at] = byte;
            for (const char* const rest :
                 {": z\r\n\r\n", ": z\r\nAccept: many/more, than/a, block/of, bytes\r\n\r\n"})
                EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a\r\n" + name + rest) == errc{},
                          allowed || (byte == ':' && at > 0))  // a colon ends the name
                    << c << " at " << at;
        }
    }
}

TEST(Framing, TakesVisibleAsciiOnlyInATarget) {
    for (int c = 0; c < 0x100; ++c) {
        const std::string block =
            std::string("GET /a") + static_cast<char>(c) + "b HTTP/1.1\r\nHost: a\r\n\r\n";
        EXPECT_EQ(refusal(block) == errc{}, c > 0x20 && c < 0x7F) << c;
    }
}

TEST(Framing, RefusesEveryTruncation) {
    for (const auto& row : accepted_rows)
        for (std::size_t size = 0; size < row.block.size(); ++size)
            EXPECT_EQ(refusal(row.block.substr(0, size)), errc::malformed_request)
                << row.what << " cut at " << size;
}

TEST(Framing, NamesVersionsThatItDoesNotSpeak) {
    for (const auto* version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.0", "HTTP/9.9"})
        EXPECT_EQ(refusal(std::string("GET / ") + version + "\r\nHost: a\r\n\r\n"),
                  errc::unsupported_version);
    EXPECT_EQ(refusal("PRI * HTTP/2.0\r\n\r\n"), errc::unsupported_version);
}

TEST(Framing, NamesExpectationsThatItCannotMeet) {
    for (const auto* line : {"Expect: 200-ok\r\n", "Expect:\r\n", "expect: 100-continue, x\r\n",
                             "Expect: 100\r\n", "Expect: 100-continue\r\nExpect: x\r\n"})
        EXPECT_EQ(refusal(request_with(line)), errc::unsupported_expectation) << line;
}

TEST(Framing, ReportsMalformedFramingBeforeAnExpectation) {
    EXPECT_EQ(refusal(request_with("Expect: x\r\nContent-Length: 5, 5\r\n")), errc::malformed_request);
}

TEST(Framing, TakesAsManyLinesAsTheLimitAndNoMore) {
    const limits three{.header_lines = 3};
    EXPECT_EQ(refusal(request_with("A: 1\r\nB: 2\r\n"), three), errc{});
    EXPECT_EQ(refusal(request_with("A: 1\r\nB: 2\r\nC: 3\r\n"), three), errc::header_too_large);
}

TEST(Framing, TakesATargetOfTheLimitAndNoLonger) {
    const limits five{.target_size = 5};
    EXPECT_EQ(refusal("GET /1234 HTTP/1.1\r\nHost: a\r\n\r\n", five), errc{});
    EXPECT_EQ(refusal("GET /12345 HTTP/1.1\r\nHost: a\r\n\r\n", five), errc::target_too_long);
}

TEST(Framing, TakesABlockOfTheLimitAndNoLarger) {
    const std::string block = request_with("");
    EXPECT_EQ(refusal(block, limits{.header_size = block.size()}), errc{});
    EXPECT_EQ(refusal(block, limits{.header_size = block.size() - 1}), errc::header_too_large);
}

TEST(Host, IsANameOrAnAddressWithAnOptionalPort) {
    for (const auto* good : {"a", "example.com", "example.com:1", "127.0.0.1:65535", "[::1]", "[::]",
                             "[::ffff:1.2.3.4]:80", "a_b-c~d.", "1", "xn--bcher-kva.example"})
        EXPECT_TRUE(is_host(good)) << good;
    for (const auto* bad :
         {"",        ":",     ":80",     "a:",  "a:0",     "a:65536", "a:99999",      "a:000080", "a:8 0",
          "a:+8",    "a:b",   "a:80:80", "a/b", "a?b",     "a#b",     "a\\b",         "a@b",      "a,b",
          "a;b",     "a b",   "a%20b",   "a'b", "a\"b",    "a(b)",    "\xC3\xA9",     "[",        "]",
          "[]",      "[]:80", "[::1",    "::1", "[::1]80", "[::1]:",  "[::1%25eth0]", "[v1.x]",   "[::1]]",
          "[[::1]]", "a]",    "a[b]",    "*",   "<b>"})
        EXPECT_FALSE(is_host(bad)) << bad;
}

}  // namespace
}  // namespace latchkey::http::test
