#include "http/request_parser.hpp"

#include <boost/beast/core/string.hpp>
#include <limits>

namespace latchkey::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::iequals;

/// The names that Beast has no enumerator for.
field find_unknown(std::string_view name) noexcept {
    if (iequals(name, "traceparent")) return field::traceparent;
    if (iequals(name, "x-request-id")) return field::x_request_id;
    if (iequals(name, "x-forwarded-for")) return field::x_forwarded_for;
    if (iequals(name, "x-forwarded-proto")) return field::x_forwarded_proto;
    if (iequals(name, "x-forwarded-host")) return field::x_forwarded_host;
    if (iequals(name, "x-forwarded-prefix")) return field::x_forwarded_prefix;
    return field::count_;
}

field from_beast(beast_http::field name, std::string_view text) noexcept {
    switch (name) {
        case beast_http::field::host:
            return field::host;
        case beast_http::field::connection:
            return field::connection;
        case beast_http::field::content_length:
            return field::content_length;
        case beast_http::field::transfer_encoding:
            return field::transfer_encoding;
        case beast_http::field::expect:
            return field::expect;
        case beast_http::field::authorization:
            return field::authorization;
        case beast_http::field::content_type:
            return field::content_type;
        case beast_http::field::origin:
            return field::origin;
        case beast_http::field::access_control_request_method:
            return field::access_control_request_method;
        case beast_http::field::access_control_request_headers:
            return field::access_control_request_headers;
        case beast_http::field::if_none_match:
            return field::if_none_match;
        case beast_http::field::accept:
            return field::accept;
        case beast_http::field::accept_encoding:
            return field::accept_encoding;
        case beast_http::field::user_agent:
            return field::user_agent;
        case beast_http::field::cookie:
            return field::cookie;
        case beast_http::field::forwarded:
            return field::forwarded;
        case beast_http::field::unknown:
            return find_unknown(text);
        default:
            return field::count_;
    }
}

/// Beast's parser with our request as its sink: nothing is copied, fields that nobody reads are dropped.
/// Bodies never get here: message_reader delimits them by check_framing()'s word, not by Beast's.
class header_sink final : public beast_http::basic_parser<true> {
public:
    explicit header_sink(request& out) : out_(out) {
        header_limit(std::numeric_limits<std::uint32_t>::max());  // limits were checked before
        body_limit(boost::none);
        skip(true);
    }

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(verb method, string_view method_text, string_view target, int version,
                         error_code&) override {
        out_.method = method;
        out_.method_text = {method_text.data(), method_text.size()};
        out_.target = {target.data(), target.size()};
        out_.version = static_cast<unsigned>(version);
    }

    void on_field_impl(beast_http::field name, string_view name_text, string_view value,
                       error_code&) override {
        const field known = from_beast(name, {name_text.data(), name_text.size()});
        if (known == field::count_) return;
        auto& slot = out_.fields[static_cast<std::size_t>(known)];
        slot.value = {value.data(), value.size()};
        ++slot.lines;
    }

    void on_header_impl(error_code&) override {}
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
        return body.size();
    }
    void on_finish_impl(error_code&) override {}

    request& out_;
};

}  // namespace

field find_field(std::string_view name) noexcept {
    return from_beast(beast_http::string_to_field({name.data(), name.size()}), name);
}

result<void> parse_header(std::string_view header_block, request& out) {
    out.fields.fill({});
    header_sink sink(out);
    boost::beast::error_code error;
    sink.put(boost::asio::buffer(header_block.data(), header_block.size()), error);
    if (error || !sink.is_header_done()) return errc::malformed_request;
    out.keep_alive = sink.keep_alive();
    return {};
}

}  // namespace latchkey::http
