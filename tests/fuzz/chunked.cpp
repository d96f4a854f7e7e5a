// A body decodes the same however it arrives, never beyond its limit, and Beast decodes what we accept to the
// same bytes.
#include "http/chunked.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>

namespace {

namespace beast_http = boost::beast::http;
using latchkey::errc;
using latchkey::http::chunked_decoder;

constexpr std::size_t limit = 1024;

void require(bool fact) {
    if (!fact) std::abort();
}

struct outcome {
    errc error{};
    bool complete = false;
    std::size_t consumed = 0;
    std::string body;
    bool operator==(const outcome&) const = default;
};

outcome decode(std::initializer_list<std::string_view> pieces) {
    chunked_decoder decoder;
    decoder.reset(limit);
    outcome out;
    for (const auto piece : pieces) {
        const auto progress = decoder.decode(piece, out.body);
        if (!progress) return {progress.error(), false, 0, {}};
        require(progress->consumed <= piece.size());
        out.consumed += progress->consumed;
        out.complete = progress->complete;
    }
    require(out.body.size() <= limit);
    return out;
}

void compare_with_beast(std::string_view in, const outcome& ours) {
    beast_http::request_parser<beast_http::string_body> parser;
    parser.eager(true);
    parser.header_limit(64 * 1024);  // counts trailers and sizes, too
    std::string message = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    message.append(in.substr(0, ours.consumed));
    boost::beast::error_code error;
    for (std::string_view rest = message; !rest.empty() && !parser.is_done();) {
        const auto used = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
        // Beast reads extensions by their grammar; ours are visible ASCII of any kind, since nobody reads
        // them.
        if (error == beast_http::error::bad_chunk_extension || error == beast_http::error::bad_value) return;
        require(!error && used > 0);
        rest.remove_prefix(used);
    }
    require(parser.is_done() && parser.get().body() == ours.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t at = in.empty() ? 0 : data[0] % in.size();  // the first byte says where to split
    const outcome whole = decode({in});
    require(decode({in.substr(0, at), in.substr(at)}) == whole);
    if (whole.complete) compare_with_beast(in, whole);
    return 0;
}
