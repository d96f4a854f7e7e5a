#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace latchkey::http {

/// Cross-origin requests by allow-list (Fetch standard, CORS protocol). Immutable, thread-safe.
class cors {
public:
    /// Origins as browsers send them (`https://app.example.com`), compared byte for byte; `*` allows all.
    /// Credentials (cookies) are never allowed: tokens travel in Authorization.
    explicit cors(std::vector<std::string> allowed_origins,
                  std::chrono::seconds max_age = std::chrono::hours(2));

    /// Is this a preflight? OPTIONS with Origin and Access-Control-Request-Method.
    static bool is_preflight(const request&) noexcept;

    /// Answers a preflight: 204 with the methods of the route (`allow`, such as "GET, HEAD, OPTIONS") when
    /// origin, method and headers are allowed; otherwise 403 without any Access-Control field. Both vary by
    /// what was looked at, unless the list is empty. Complete: such a response is not decorated.
    void answer_preflight(const request&, std::string_view allow, response& out) const;

    /// Adds `Vary: Origin` whenever the list is not empty, and the allow and expose fields when the origin is
    /// allowed.
    void decorate(const request&, response& out) const;

private:
    bool allows(const request&) const noexcept;
    void add_allowed_origin(const request&, response& out) const;
    std::vector<std::string> origins_;
    bool any_ = false;
    std::string max_age_;
};

}  // namespace latchkey::http
