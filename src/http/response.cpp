#include "http/response.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include "base/append.hpp"
#include "base/byte_block.hpp"
#include "crypto/secret.hpp"

namespace latchkey::http {
namespace {

using digits = std::array<char, 20>;

std::string_view write_number(std::size_t n, digits& into) noexcept {
    const auto end = std::to_chars(into.data(), into.data() + into.size(), n).ptr;
    return {into.data(), static_cast<std::size_t>(end - into.data())};
}

bool breaks_a_line(std::string_view text) noexcept {
    return any_marked(text, [](byte_block b) { return (b == '\r') | (b == '\n') | (b == '\0'); });
}

/// 204 and 304 have no body and no Content-Length (RFC 9110 sections 8.6 and 15.4.5).
bool has_body(unsigned status) noexcept {
    return status != 204 && status != 304;
}

}  // namespace

void response::reset() noexcept {
    if (sensitive_) wipe(std::span<char>(body_));
    status_ = 200;
    close_ = false;
    sensitive_ = false;
    headers_.clear();
    body_.clear();
    stored_ = {};
}

void response::add(std::string_view name, std::string_view value) {
    if (breaks_a_line(name) || breaks_a_line(value))
        throw std::logic_error("a response header line would break: " + std::string(name));
    append(headers_, name, ": ", value, "\r\n");
}

std::string& response::body(std::string_view content_type) {
    append(headers_, "Content-Type: ", content_type, "\r\n");
    body_.clear();
    stored_ = {};
    return body_;
}

void response::stored_body(std::string_view content_type, std::string_view bytes) {
    body(content_type);
    stored_ = bytes;
}

std::string_view response::append_to(std::string& out, bool head_only, bool keep_alive, unsigned version,
                                     std::string_view date) const {
    constexpr std::string_view nothing;
    const bool has_size = has_body(status_);
    const bool is_whole = has_size && !head_only;
    const std::string_view connection = !keep_alive     ? "Connection: close\r\n"
                                        : version == 10 ? "Connection: keep-alive\r\n"
                                                        : nothing;
    digits code, size;
    append(out, "HTTP/1.1 ", write_number(status_, code), " ", reason_phrase(status_), "\r\nDate: ", date,
           has_size ? "\r\nContent-Length: " : nothing,
           has_size ? write_number(body().size(), size) : nothing, "\r\n", connection, headers_, "\r\n",
           is_whole ? std::string_view(body_) : nothing);
    return is_whole ? stored_ : nothing;
}

std::string_view reason_phrase(unsigned code) noexcept {
    switch (code) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";
    }
}

}  // namespace latchkey::http
