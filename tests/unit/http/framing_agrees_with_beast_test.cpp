#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "support/beast_header.hpp"
#include "unit/http/framing_rows.hpp"

namespace latchkey::http::test {
namespace {

/// Another parser reads every accepted block as ours does; a row on which it differs would be a smuggling
/// gap.
using beast_reading = latchkey::test::beast_header;

std::ptrdiff_t header_lines(std::string_view block) {
    return std::ranges::count(block, '\n') - 2;
}

TEST(FramingAndBeast, ReadTheSameRequestLineAndAsManyFields) {
    for (const auto& row : accepted_rows) {
        SCOPED_TRACE(row.what);
        const beast_reading beast(row.block);
        ASSERT_TRUE(beast.complete());
        const auto method = row.block.substr(0, row.block.find(' '));
        const auto target =
            row.block.substr(method.size() + 1, row.block.find(' ', method.size() + 1) - method.size() - 1);
        EXPECT_EQ(
            std::string_view(beast.message().method_string().data(), beast.message().method_string().size()),
            method);
        EXPECT_EQ(std::string_view(beast.message().target().data(), beast.message().target().size()), target);
        EXPECT_EQ(std::distance(beast.message().begin(), beast.message().end()), header_lines(row.block));
    }
}

TEST(FramingAndBeast, DelimitTheBodyAlike) {
    for (const auto& row : accepted_rows) {
        SCOPED_TRACE(row.what);
        const beast_reading beast(row.block);
        ASSERT_TRUE(beast.complete());
        EXPECT_EQ(beast.chunked(), row.body == framing::kind::chunked);
        ASSERT_EQ(beast.content_length().has_value(), row.body == framing::kind::content_length);
        EXPECT_EQ(beast.content_length().value_or(0), row.content_length);
    }
}

TEST(RequestParserAndBeast, ReadTheSameFields) {
    for (const auto& row : accepted_rows) {
        SCOPED_TRACE(row.what);
        request ours;
        ASSERT_TRUE(parse_header(row.block, limits{}, ours));
        EXPECT_EQ(beast_reading(row.block).difference(ours), "");
    }
}

std::string block_with(std::string_view lines, std::string_view version = "1.1") {
    return "PATCH /a?b HTTP/" + std::string(version) + "\r\nHost: x\r\n" + std::string(lines) + "\r\n";
}

TEST(RequestParserAndBeast, ReadEveryFieldWhateverItsCaseAndNumber) {
    for (const std::string name : {"connection",
                                   "content-length",
                                   "transfer-encoding",
                                   "expect",
                                   "authorization",
                                   "content-type",
                                   "origin",
                                   "access-control-request-method",
                                   "access-control-request-headers",
                                   "if-none-match",
                                   "accept",
                                   "accept-encoding",
                                   "user-agent",
                                   "cookie",
                                   "forwarded",
                                   "x-forwarded-for",
                                   "x-forwarded-proto",
                                   "x-forwarded-host",
                                   "x-forwarded-prefix",
                                   "x-request-id",
                                   "traceparent",
                                   "hos",
                                   "accepts",
                                   "x-unknown",
                                   "access-control-request-headerz",
                                   "a-name-that-is-longer-than-any-of-ours"}) {
        std::string upper = name;
        std::ranges::transform(upper, upper.begin(),
                               [](char c) { return static_cast<char>(std::toupper(c)); });
        const std::string value = name == "content-length"      ? "5"
                                  : name == "transfer-encoding" ? "chunked"
                                  : name == "expect"            ? "100-continue"
                                                                : "";
        const auto block = block_with(!value.empty() ? upper + ": " + value + "\r\n"
                                                     : upper + ":\t a, b \r\nx:y\r\n" + name + ":c\r\n");
        request ours;
        ASSERT_TRUE(parse_header(block, limits{}, ours)) << name;
        EXPECT_EQ(beast_reading(block).difference(ours), "") << name;
    }
}

TEST(RequestParserAndBeast, ReadTheSameOfConnection) {
    for (const std::string value :
         {"close", "CLOSE", "keep-alive", "close, keep-alive", "keep-alive,close", "", ",", ", ,close",
          "closed", "x", "Upgrade", "a;b", "\"close\"", "a b", "close=1"}) {
        const auto block = block_with("Connection: " + value + "\r\n");
        const beast_reading theirs(block);
        request ours;
        ASSERT_EQ(parse_header(block, limits{}, ours).has_value(), theirs.complete()) << value;
        EXPECT_EQ(theirs.complete() ? theirs.difference(ours) : "", "") << value;
    }
}

TEST(RequestParser, KeepsHttp10AliveOnlyWhenAskedAndNotToldToClose) {
    const auto kept = [](std::string_view lines) {
        request ours;
        return parse_header(block_with(lines, "1.0"), limits{}, ours) && ours.keep_alive;
    };
    EXPECT_FALSE(kept(""));
    EXPECT_TRUE(kept("Connection: Keep-Alive\r\n"));
    EXPECT_FALSE(kept("Connection: keep-alive\r\nConnection: close\r\n"));
}

}  // namespace
}  // namespace latchkey::http::test
