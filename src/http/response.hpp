#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace latchkey::http {

/// What an endpoint fills in. Belongs to the connection, which keeps it from request to request: its buffers
/// grow to the largest answer and are then reused without allocation.
class response {
public:
    void reset() noexcept;

    void status(unsigned code) noexcept { status_ = code; }
    unsigned status() const noexcept { return status_; }

    /// Adds a header line. Neither part may come from the client unless it was checked: CR, LF and NUL are a
    /// std::logic_error.
    void add(std::string_view name, std::string_view value);
    /// Adds all of several prepared lines, each with its CRLF; for constant text.
    void add_lines(std::string_view lines) { headers_.append(lines); }

    /// Nobody on its way may keep it (RFC 6749 section 5.1).
    void no_store() { add_lines("Cache-Control: no-store\r\nPragma: no-cache\r\n"); }

    /// Sets the content type and hands out the body to append to.
    std::string& body(std::string_view content_type);
    /// Sets the content type and a body that lies elsewhere and outlives every connection, such as a file
    /// that the program carries: it is sent from where it is, however large, without a copy for each client.
    void stored_body(std::string_view content_type, std::string_view bytes);
    std::string_view body() const noexcept { return stored_.empty() ? std::string_view(body_) : stored_; }
    std::string_view headers() const noexcept { return headers_; }

    /// The connection ends after this response.
    void close() noexcept { close_ = true; }
    bool closes() const noexcept { return close_; }

    /// Wipes the body (it held a token) when it is reset.
    void sensitive() noexcept { sensitive_ = true; }

    /// Appends status line, headers and body to `out` (RFC 9112 section 2.1), and returns what is to be sent
    /// behind that: a stored body, else nothing. `head_only`: a HEAD request's answer, which has the
    /// Content-Length of the body it leaves out. `keep_alive`: what the connection will do; `version` is the
    /// request's (10 gets `Connection: keep-alive`). `date`: the Date field's value (RFC 9110 section 5.6.7).
    std::string_view append_to(std::string& out, bool head_only, bool keep_alive, unsigned version,
                               std::string_view date) const;

private:
    unsigned status_ = 200;
    bool close_ = false;
    bool sensitive_ = false;
    std::string headers_;
    std::string body_;
    std::string_view stored_;
};

/// The reason phrase of RFC 9110 for the codes we send.
std::string_view reason_phrase(unsigned code) noexcept;

}  // namespace latchkey::http
