#include "http/response.hpp"

#include <charconv>
#include <stdexcept>

#include "base/byte_block.hpp"
#include "crypto/secret.hpp"

namespace latchkey::http {
namespace {

void append_number(std::string& out, std::size_t n) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
    out.append(digits, end);
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
    headers_.append(name).append(": ").append(value).append("\r\n");
}

std::string& response::body(std::string_view content_type) {
    headers_.append("Content-Type: ").append(content_type).append("\r\n");
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
    out.append("HTTP/1.1 ");
    append_number(out, status_);
    out.append(" ").append(reason_phrase(status_)).append("\r\nDate: ").append(date).append("\r\n");
    if (has_body(status_)) {
        out.append("Content-Length: ");
        append_number(out, body().size());
        out.append("\r\n");
    }
    if (!keep_alive) out.append("Connection: close\r\n");
    if (keep_alive && version == 10) out.append("Connection: keep-alive\r\n");
    out.append(headers_).append("\r\n");
    if (head_only || !has_body(status_)) return {};
    out.append(body_);
    return stored_;
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
