#include "http/chunked.hpp"

#include <algorithm>

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

using characters::is;

/// What a trailer could say that would change how the message was framed, routed, authenticated or understood
/// (RFC 9110 section 6.5.1). Nothing here reads trailers; a proxy that merges them into the header would.
constexpr auto forbidden_trailers = std::to_array<std::string_view>({
    "accept-encoding",
    "age",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
    "x-request-id",
});

bool is_forbidden_trailer(std::string_view lower_case_name) noexcept {
    if (lower_case_name.starts_with("x-forwarded-") || lower_case_name.starts_with("if-")) return true;
    return std::ranges::find(forbidden_trailers, lower_case_name) != forbidden_trailers.end();
}

}  // namespace

void chunked_decoder::reset(std::size_t body_limit) noexcept {
    *this = {};
    body_limit_ = body_limit;
}

result<chunked_decoder::progress> chunked_decoder::decode(std::string_view in, std::string& body) {
    std::size_t at = 0;
    while (at < in.size() && state_ != state::complete && state_ != state::failed) {
        if (state_ == state::data) {
            at += take_data(in.substr(at), body);
            continue;
        }
        if (in_trailers() && ++trailers_size_ > max_trailers + 2) return fail(errc::malformed_request);
        if (!take(in[at++])) return fail(error_);
    }
    if (state_ == state::failed) return error_;
    return progress{at, state_ == state::complete};
}

errc chunked_decoder::fail(errc e) noexcept {
    state_ = state::failed;
    return error_ = e;
}

bool chunked_decoder::take(char c) {
    switch (state_) {
        case state::size:
            return take_size(c);
        case state::extension:
            return take_extension(c);
        case state::size_lf:
            return take_exactly(c, '\n', remaining_ > 0 ? state::data : state::trailer_start);
        case state::data_cr:
            return take_exactly(c, '\r', state::data_lf);
        case state::data_lf:
            start_size();
            return take_exactly(c, '\n', state::size);
        case state::trailer_start:
            return take_trailer_start(c);
        case state::trailer_name:
            return take_trailer_name(c);
        case state::trailer_value:
            return take_trailer_value(c);
        case state::trailer_lf:
            return take_exactly(c, '\n', state::trailer_start);
        case state::final_lf:
            return take_exactly(c, '\n', state::complete);
        case state::data:
        case state::complete:
        case state::failed:
            break;
    }
    return false;
}

bool chunked_decoder::take_exactly(char found, char wanted, state next) noexcept {
    state_ = next;
    return found == wanted;
}

void chunked_decoder::start_size() noexcept {
    remaining_ = 0;
    digits_ = 0;
    extension_size_ = 0;
    quoted_ = false;
}

/// 16 digits fill 64 bits exactly, so the size cannot overflow; the limit is checked once it is whole, and by
/// subtraction, so that cannot overflow either.
bool chunked_decoder::take_size(char c) noexcept {
    if (const int digit = characters::hex_value(c); digit >= 0) {
        remaining_ = remaining_ << 4 | static_cast<unsigned>(digit);
        return ++digits_ <= 16;
    }
    if (digits_ == 0) return false;
    if (c == '\r' || c == ';') {
        if (remaining_ > body_limit_ - decoded_) {
            error_ = errc::body_too_large;
            return false;
        }
        if (c == '\r') return take_exactly(c, '\r', state::size_lf);
        state_ = state::extension;
        return take_extension(c);
    }
    return false;
}

/// A parser that follows quotes would read an open one beyond the line end, and backslashes are where parsers
/// disagree about quotes: neither is worth having, since extensions mean nothing to us.
bool chunked_decoder::take_extension(char c) noexcept {
    if (c == '\r') return take_exactly(c, '\r', state::size_lf) && !quoted_;
    if (c == '"') quoted_ = !quoted_;
    return is(c, characters::visible) && c != '\\' && ++extension_size_ <= max_extension &&
           ++extensions_size_ <= max_extensions;
}

std::size_t chunked_decoder::take_data(std::string_view in, std::string& body) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, in.size()));
    body.append(in.substr(0, taken));
    decoded_ += taken;
    remaining_ -= taken;
    if (remaining_ == 0) state_ = state::data_cr;
    return taken;
}

bool chunked_decoder::take_trailer_start(char c) noexcept {
    if (c == '\r') return take_exactly(c, '\r', state::final_lf);
    name_size_ = 0;
    state_ = state::trailer_name;
    return c != ':' && take_trailer_name(c);
}

bool chunked_decoder::take_trailer_name(char c) noexcept {
    if (c == ':') {
        state_ = state::trailer_value;
        return !is_forbidden_trailer({name_.data(), std::min(name_size_, name_.size())});
    }
    if (name_size_ < name_.size()) name_[name_size_] = characters::to_lower(c);
    ++name_size_;
    return is(c, characters::token);
}

bool chunked_decoder::take_trailer_value(char c) noexcept {
    if (c == '\r') return take_exactly(c, '\r', state::trailer_lf);
    return is(c, characters::field_value);
}

}  // namespace latchkey::http
