#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <iterator>

#include "unit/http/framing_rows.hpp"

namespace latchkey::http::test {
namespace {

namespace beast_http = boost::beast::http;

/// Beast parses every accepted block again; a row on which it differs would be a smuggling gap inside one
/// process.
class beast_reading {
public:
    explicit beast_reading(std::string_view block) {
        parser_.body_limit(boost::none);
        parser_.skip(true);
        parser_.put(boost::asio::buffer(block.data(), block.size()), error_);
    }
    bool complete() const { return !error_ && parser_.is_header_done(); }
    const auto& message() const { return parser_.get(); }
    bool chunked() const { return parser_.chunked(); }
    auto content_length() const { return parser_.content_length(); }

private:
    beast_http::request_parser<beast_http::empty_body> parser_;
    boost::beast::error_code error_;
};

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

}  // namespace
}  // namespace latchkey::http::test
