#include "app/router.hpp"

#include <algorithm>

#include "app/guard.hpp"
#include "base/log.hpp"
#include "http/error_table.hpp"

namespace latchkey::app {
namespace {

/// RFC 9110 section 10.2.1, such as `GET, HEAD, OPTIONS`.
std::string allowed_methods(const route& r) {
    std::string allow;
    for (const auto& entry : r.methods) {
        const auto name = boost::beast::http::to_string(entry.method);
        allow.append(name.data(), name.size()).append(", ");
        if (entry.method == http::verb::get) allow.append("HEAD, ");
    }
    return allow.append("OPTIONS");
}

/// Whether `path` is an instance of `pattern`, which has at most one `{…}`; `parameter` is what stands for
/// it.
bool matches(std::string_view pattern, std::string_view path, std::string_view& parameter) noexcept {
    const auto open = pattern.find('{');
    if (open == pattern.npos) return pattern == path;
    const std::string_view before = pattern.substr(0, open);
    const std::string_view after = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
        return false;
    const std::string_view segment = path.substr(before.size(), path.size() - before.size() - after.size());
    if (segment.find('/') != segment.npos) return false;
    parameter = segment;
    return true;
}

/// Numbers the endpoints of the table, in its order.
std::vector<metrics::request_metrics::endpoint> enumerate(std::vector<route>& routes) {
    std::vector<metrics::request_metrics::endpoint> endpoints;
    for (auto& r : routes)
        for (auto& entry : r.methods) {
            entry.index = endpoints.size();
            if (std::holds_alternative<guarded_task>(entry.answer) && entry.method != http::verb::get)
                entry.is_recorded = true;
            const auto method = boost::beast::http::to_string(entry.method);
            endpoints.push_back({std::string(method.data(), method.size()), std::string(r.path)});
        }
    return endpoints;
}

}  // namespace

router::router(std::vector<route> routes, std::string root_path, http::cors cors,
               const tokens::token_service* tokens, const audit::recorder& recorder)
    : routes_(std::move(routes)),
      root_path_(std::move(root_path)),
      cors_(std::move(cors)),
      tokens_(tokens),
      audit_(recorder),
      requests_(enumerate(routes_)) {
    for (auto& r : routes_)
        r.allow = allowed_methods(r);
}

const route* router::find(http::request& request) const noexcept {
    std::string_view path = request.path;
    if (!root_path_.empty() && path.starts_with(root_path_)) {
        const std::string_view below = path.substr(root_path_.size());
        if (below.starts_with('/')) path = below;
    }
    request.parameter = {};
    const auto found = std::ranges::find_if(
        routes_, [&](const route& r) { return matches(r.path, path, request.parameter); });
    return found != routes_.end() ? &*found : nullptr;
}

std::optional<task<void>> router::handle(http::request& request, http::response& response) {
    const auto began = requests_.begin();
    std::size_t index = requests_.no_endpoint();
    try {
        if (const auto* entry = select(request, response)) {
            index = entry->index;
            if (auto rest = run(*entry, request, response))
                return finish(std::move(*rest), index, request, response, began);
        }
    } catch (...) {
        end(index, 500, request, began);
        throw;
    }
    end(index, response.status(), request, began);
    return std::nullopt;
}

/// Counts an endpoint that waits for another lane.
task<void> router::finish(task<void> rest, std::size_t index, const http::request& request,
                          http::response& response, time_point began) {
    try {
        // clang 14 sees a coroutine's parameter twice: NOLINTNEXTLINE(bugprone-use-after-move)
        co_await std::move(rest);
    } catch (...) {
        end(index, 500, request, began);
        throw;
    }
    end(index, response.status(), request, began);
}

/// Of the request's own text nothing but the method, when it is one: a path or query may hold what no log
/// should.
void router::end(std::size_t index, unsigned status, const http::request& request, time_point began) {
    const auto took = requests_.end(index, status, began);
    if (!logs_requests_.load(std::memory_order_relaxed)) return;
    const auto method = boost::beast::http::to_string(request.method);
    log::info("request",
              {{"method", std::string_view(method.data(), method.size())},
               {"route", requests_.route(index)},
               {"status", status},
               {"duration_us", std::chrono::floor<std::chrono::microseconds>(took).count()}},
              request.ids);
}

/// The endpoint whose business the request is; if it is nobody's, null, and it has been answered.
const method_entry* router::select(http::request& request, http::response& response) const {
    const route* const r = find(request);
    if (http::cors::is_preflight(request)) {
        if (r)
            cors_.answer_preflight(request, r->allow, response);
        else
            http::write_error(response, errc::not_found);
        return nullptr;
    }
    cors_.decorate(request, response);
    if (request.method == http::verb::options && (r || request.target == "*")) {
        response.status(204);
        response.add("Allow", r ? std::string_view(r->allow) : "GET, HEAD, POST, OPTIONS");
        return nullptr;
    }
    if (!r) {
        http::write_error(response, errc::not_found);
        return nullptr;
    }
    const http::verb method = request.method == http::verb::head ? http::verb::get : request.method;
    const auto entry = std::ranges::find(r->methods, method, &method_entry::method);
    if (entry == r->methods.end()) {
        response.add("Allow", r->allow);
        http::write_error(response, errc::method_not_allowed);
        return nullptr;
    }
    return &*entry;
}

std::optional<task<void>> router::run(const method_entry& entry, const http::request& request,
                                      http::response& response) {
    if (entry.is_recorded && !audit_.available()) {
        http::write_error(response, errc::audit_unavailable);
        return std::nullopt;
    }
    if (const auto* open = std::get_if<open_endpoint>(&entry.answer)) {
        (*open)(request, response);
    } else if (const auto* guarded = std::get_if<guarded_endpoint>(&entry.answer)) {
        tokens::verified_token token;
        if (admits(entry, request, token, response)) (*guarded)(request, token.claims(), response);
    } else if (const auto* waiting = std::get_if<open_task>(&entry.answer)) {
        return (*waiting)(request, response);
    } else {
        return run_guarded(entry, request, response);
    }
    return std::nullopt;
}

/// A coroutine of its own, because the claims must live as long as the endpoint waits.
task<void> router::run_guarded(const method_entry& entry, const http::request& request,
                               http::response& response) {
    tokens::verified_token token;
    if (admits(entry, request, token, response))
        co_await std::get<guarded_task>(entry.answer)(request, token.claims(), response);
}

bool router::admits(const method_entry& entry, const http::request& request, tokens::verified_token& token,
                    http::response& response) {
    const auto admitted = admit(*tokens_, entry.scope, request, token, response);
    if (admitted)
        verifications_.succeeded();
    else
        verifications_.failed(admitted.error());
    return admitted.has_value();
}

void router::write_metrics(metrics::exposition& page) const {
    requests_.write(page);
    page.family("latchkey_token_verifications", metrics::kind::counter,
                "Requests to protected resources by what their access token proved to be.");
    verifications_.write(page);
}

}  // namespace latchkey::app
