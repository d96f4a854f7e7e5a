#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "audit/recorder.hpp"
#include "http/cors.hpp"
#include "metrics/outcome_counts.hpp"
#include "metrics/request_metrics.hpp"
#include "net/handler.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::app {

/// The four shapes an endpoint may have: answers at once or after waiting for another lane (an open one also
/// now this way and now that); open to all, or guarded, and then it is handed the verified claims and cannot
/// run without them.
using open_endpoint = std::function<void(const http::request&, http::response&)>;
using open_task = std::function<std::optional<task<void>>(const http::request&, http::response&)>;
using guarded_endpoint = std::function<void(const http::request&, const tokens::claims&, http::response&)>;
using guarded_task = std::function<task<void>(const http::request&, const tokens::claims&, http::response&)>;
using endpoint = std::variant<open_endpoint, open_task, guarded_endpoint, guarded_task>;

/// What a path answers to one method.
struct method_entry {
    http::verb method;
    endpoint answer;
    std::string_view scope = {};  ///< a guarded endpoint's required scope; empty: any valid token
    bool is_recorded = false;     ///< leaves an audit record; so does whatever a guarded task changes
    std::size_t index = 0;        ///< in the metrics; the router fills it in
};

struct route {
    std::string_view
        path;  ///< under root_path, byte for byte; `{…}` as one segment stands for any that is not empty
    std::vector<method_entry> methods;  ///< HEAD comes with GET, OPTIONS with every route
    std::string allow = {};             ///< the Allow field's value; the router fills it in
};

/// Finds the route of a request, guards it, answers everything that is not an endpoint's business (404, 405,
/// OPTIONS, CORS), and counts. But for what it counts immutable once made, so all lanes share it.
class router final : public net::handler {
public:
    /// `root_path`: a prefix such as `/api/v1` that requests may have or not (a proxy may have stripped it).
    /// `tokens` may be null when no route is guarded.
    /// `recorder`: while it cannot record, what would be recorded is refused.
    router(std::vector<route>, std::string root_path, http::cors, const tokens::token_service* tokens,
           const audit::recorder& recorder = audit::unrecorded());

    std::optional<task<void>> handle(http::request&, http::response&) override;

    /// Whether each request is a line of the log: method, route, status, duration. Any time, from any thread.
    void log_requests(bool on) noexcept { logs_requests_.store(on, std::memory_order_relaxed); }

    std::span<const route> routes() const noexcept { return routes_; }

    /// The requests it answered, and the tokens it checked for guarded endpoints.
    void write_metrics(metrics::exposition&) const;

private:
    using time_point = metrics::request_metrics::clock::time_point;

    const route* find(http::request&) const noexcept;
    const method_entry* select(http::request&, http::response&) const;
    std::optional<task<void>> run(const method_entry&, const http::request&, http::response&);
    task<void> run_guarded(const method_entry&, const http::request&, http::response&);
    task<void> finish(task<void> rest, std::size_t index, const http::request&, http::response&,
                      time_point began);
    void end(std::size_t index, unsigned status, const http::request&, time_point began);
    bool admits(const method_entry&, const http::request&, tokens::verified_token&, http::response&);

    std::vector<route> routes_;
    std::string root_path_;
    http::cors cors_;
    const tokens::token_service* tokens_;
    const audit::recorder& audit_;
    metrics::request_metrics requests_;
    metrics::outcome_counts verifications_;
    std::atomic<bool> logs_requests_{false};
};

}  // namespace latchkey::app
