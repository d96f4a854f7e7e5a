#include "metrics/request_metrics.hpp"

#include <algorithm>

namespace latchkey::metrics {

request_metrics::request_metrics(std::vector<endpoint> endpoints)
    : endpoints_(std::move(endpoints)), series_(endpoints_.size() + 1) {}

request_metrics::~request_metrics() {
    for (auto& statuses_of_one : series_)
        for (auto& each : statuses_of_one)
            delete each.load();
}

void request_metrics::count(std::size_t index, unsigned status, std::chrono::nanoseconds took) {
    const auto at = std::ranges::find(statuses, status);
    auto& slot = series_[index][static_cast<std::size_t>(at - statuses.begin())];
    duration_counts* counted = slot.load(std::memory_order_acquire);
    if (!counted) {
        auto fresh = std::make_unique<duration_counts>();
        if (slot.compare_exchange_strong(counted, fresh.get(), std::memory_order_acq_rel))
            counted = fresh.release();
    }
    counted->add(took);
}

void request_metrics::write(exposition& page) const {
    page.family("http_server_request_duration_seconds", kind::histogram, "Duration of HTTP requests.");
    for (std::size_t index = 0; index < series_.size(); ++index)
        for (std::size_t status = 0; status <= no_status; ++status)
            if (const auto* each = series_[index][status].load(std::memory_order_acquire))
                write(page, index, status, *each);
    page.family("http_server_active_requests", kind::gauge, "Requests that are being answered.");
    // Begun on one thread and ended on another: a sum that is taken meanwhile may see the end alone.
    page.sample(std::max<std::int64_t>(active_.value(0), 0));
}

void request_metrics::write(exposition& page, std::size_t index, std::size_t status,
                            const duration_counts& from) const {
    const bool known = index < endpoints_.size();
    const std::string code = status == no_status ? "_OTHER" : std::to_string(statuses[status]);
    const std::array<label, 3> all{
        label{"http_response_status_code", code},
        label{"http_request_method", known ? std::string_view(endpoints_[index].method) : "_OTHER"},
        label{"http_route", known ? std::string_view(endpoints_[index].route) : ""}};
    // A request that no endpoint took has no route.
    from.write(page, std::span(all).first(known ? 3 : 2));
}

}  // namespace latchkey::metrics
