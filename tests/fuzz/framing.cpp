// Whatever parse_header() accepts, Beast must read the same way: a difference is a smuggling gap inside one
// process.
#include "http/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "support/beast_header.hpp"

namespace {

namespace beast_http = boost::beast::http;
using latchkey::http::framing;

void require(bool fact) {
    if (!fact) std::abort();
}

void compare(std::string_view block, const framing& ours, const latchkey::http::request& request) {
    const latchkey::test::beast_header theirs(block);
    // Both read Connection as a list of tokens; Beast reads Proxy-Connection as one, too.
    if (theirs.has_bad_list()) return;
    require(theirs.complete());
    require(theirs.difference(request).empty());
    const auto& message = theirs.message();
    require(std::distance(message.begin(), message.end()) == std::ranges::count(block, '\n') - 2);
    require(theirs.chunked() == (ours.body == framing::kind::chunked));
    require(theirs.content_length().has_value() == (ours.body == framing::kind::content_length));
    require(theirs.content_length().value_or(0) == ours.content_length);
    require(message.count(beast_http::field::host) <= 1);
    require(message.version() == 10 || message.count(beast_http::field::host) == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view block(reinterpret_cast<const char*>(data), size);
    latchkey::http::request request;
    const auto framed = latchkey::http::parse_header(block, latchkey::http::limits{}, request);
    if (framed) compare(block, *framed, request);
    return 0;
}
