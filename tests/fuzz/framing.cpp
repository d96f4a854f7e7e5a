// Whatever check_framing() accepts, Beast must read the same way: a difference is a smuggling gap inside one
// process.
#include "http/framing.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>
#include <iterator>

namespace {

namespace beast_http = boost::beast::http;
using latchkey::http::framing;

void require(bool fact) {
    if (!fact) std::abort();
}

void compare(std::string_view block, const framing& ours) {
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.body_limit(boost::none);
    parser.skip(true);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(block.data(), block.size()), error);
    // Beast may refuse more: it reads Connection as a list of tokens, and has a limit of its own.
    if (error == beast_http::error::bad_value || error == beast_http::error::header_limit) return;
    require(!error && parser.is_header_done());
    const auto& message = parser.get();
    require(block.starts_with(message.method_string()));
    require(block.substr(message.method_string().size() + 1)
                .starts_with(std::string(message.target()) + " HTTP/1."));
    require(std::distance(message.begin(), message.end()) == std::ranges::count(block, '\n') - 2);
    require(parser.chunked() == (ours.body == framing::kind::chunked));
    require(parser.content_length().has_value() == (ours.body == framing::kind::content_length));
    require(parser.content_length().value_or(0) == ours.content_length);
    require(message.count(beast_http::field::host) <= 1);
    require(message.version() == 10 || message.count(beast_http::field::host) == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view block(reinterpret_cast<const char*>(data), size);
    const auto framed = latchkey::http::check_framing(block, latchkey::http::limits{});
    if (framed) compare(block, *framed);
    return 0;
}
