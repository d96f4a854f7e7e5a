#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/duration_counts.hpp"
#include "metrics/exposition.hpp"
#include "metrics/sharded.hpp"

namespace latchkey::metrics {

/// Counts requests by endpoint, status and duration, under the names of OpenTelemetry's semantic conventions
/// for HTTP servers. Thread-safe and lock-free; allocates once for each pair of endpoint and status that
/// occurs.
class request_metrics {
public:
    using clock = std::chrono::steady_clock;

    struct endpoint {
        std::string method;
        std::string route;  ///< the route's template, never a request's path
    };

    /// `endpoints`: those that end() is told the index of. One beyond them stands for requests that no
    /// endpoint took.
    explicit request_metrics(std::vector<endpoint> endpoints);
    ~request_metrics();
    request_metrics(const request_metrics&) = delete;
    request_metrics& operator=(const request_metrics&) = delete;

    std::size_t no_endpoint() const noexcept { return endpoints_.size(); }

    clock::time_point begin() noexcept {
        active_.add(0);
        return clock::now();
    }
    /// How long it took.
    clock::duration end(std::size_t index, unsigned status, clock::time_point began) {
        active_.add(0, -1);
        const auto took = clock::now() - began;
        count(index, status, took);
        return took;
    }
    /// The template of an endpoint's route; `-` for requests that no endpoint took.
    std::string_view route(std::size_t index) const noexcept {
        return index < endpoints_.size() ? std::string_view(endpoints_[index].route) : "-";
    }

    /// `http_server_request_duration_seconds` and `http_server_active_requests`.
    void write(exposition&) const;

private:
    static constexpr std::array<unsigned, 20> statuses{200, 201, 202, 204, 206, 304, 400, 401, 403, 404,
                                                       405, 406, 408, 409, 412, 413, 415, 429, 500, 503};
    static constexpr std::size_t no_status = statuses.size();

    using by_status = std::array<std::atomic<duration_counts*>, statuses.size() + 1>;

    void count(std::size_t index, unsigned status, std::chrono::nanoseconds took);
    void write(exposition&, std::size_t index, std::size_t status, const duration_counts&) const;

    std::vector<endpoint> endpoints_;
    std::vector<by_status> series_;  ///< by endpoint; owned
    sharded_counters<1> active_;
};

}  // namespace latchkey::metrics
