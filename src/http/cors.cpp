#include "http/cors.hpp"

#include <algorithm>
#include <utility>

#include "http/characters.hpp"
#include "http/error_table.hpp"
#include "http/list.hpp"

namespace latchkey::http {
namespace {

constexpr std::string_view allowed_headers = "authorization, content-type, x-requested-with, traceparent";
constexpr std::string_view exposed_headers =
    "Access-Control-Expose-Headers: WWW-Authenticate, Retry-After, X-Request-Id\r\n";
constexpr std::string_view vary_origin = "Vary: Origin\r\n";
constexpr std::string_view vary_preflight =
    "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n";

bool lists_method(std::string_view list, std::string_view method) noexcept {
    while (!list.empty())
        if (take_element(list) == method) return true;
    return false;
}

bool allows_header(std::string_view name) noexcept {
    for (std::string_view list = allowed_headers; !list.empty();)
        if (characters::equal_ignoring_case(take_element(list), name)) return true;
    return false;
}

/// An empty element is grammatical in a list (RFC 9110 section 5.6.1).
bool allows_headers(std::string_view list) noexcept {
    while (!list.empty()) {
        const std::string_view name = take_element(list);
        if (!name.empty() && !allows_header(name)) return false;
    }
    return true;
}

}  // namespace

cors::cors(std::vector<std::string> allowed_origins, std::chrono::seconds max_age)
    : origins_(std::move(allowed_origins)),
      any_(std::ranges::find(origins_, "*") != origins_.end()),
      max_age_(std::to_string(max_age.count())) {}

bool cors::is_preflight(const request& request) noexcept {
    return request.method == verb::options && request.has(field::origin) &&
           request.has(field::access_control_request_method);
}

/// One line names one origin: of two, the browser and we could look at different ones.
bool cors::allows(const request& request) const noexcept {
    if (request.lines(field::origin) != 1 || request[field::origin].empty()) return false;
    return any_ || std::ranges::find(origins_, request[field::origin]) != origins_.end();
}

void cors::add_allowed_origin(const request& request, response& out) const {
    out.add("Access-Control-Allow-Origin", any_ ? std::string_view("*") : request[field::origin]);
}

void cors::answer_preflight(const request& request, std::string_view allow, response& out) const {
    const std::string_view method = request[field::access_control_request_method];
    const bool single = request.lines(field::access_control_request_method) == 1 &&
                        request.lines(field::access_control_request_headers) <= 1;
    const bool allowed = single && allows(request) && !method.empty() && lists_method(allow, method) &&
                         allows_headers(request[field::access_control_request_headers]);
    if (!allowed) write_error(out, errc::cors_forbidden);
    if (!origins_.empty()) out.add_lines(vary_preflight);
    if (!allowed) return;
    out.status(204);
    add_allowed_origin(request, out);
    out.add("Access-Control-Allow-Methods", allow);
    out.add("Access-Control-Allow-Headers", allowed_headers);
    out.add("Access-Control-Max-Age", max_age_);
}

void cors::decorate(const request& request, response& out) const {
    if (origins_.empty()) return;
    out.add_lines(vary_origin);
    if (!allows(request)) return;
    add_allowed_origin(request, out);
    out.add_lines(exposed_headers);
}

}  // namespace latchkey::http
