#include "app/metrics_page.hpp"

#include <array>
#include <vector>

#include "metrics/process.hpp"

namespace latchkey::app {
namespace {

using metrics::exposition;
using metrics::kind;

double seconds(std::chrono::nanoseconds t) {
    return std::chrono::duration<double>(t).count();
}

std::int64_t number(const std::atomic<std::uint64_t>& n) {
    return static_cast<std::int64_t>(n.load(std::memory_order_relaxed));
}

void write_histogram(exposition& page, const passwords::duration_histogram& from) {
    constexpr auto& limits = passwords::duration_histogram::bounds;
    std::array<double, limits.size()> bounds;
    std::array<std::uint64_t, limits.size() + 1> counts;
    for (std::size_t i = 0; i < bounds.size(); ++i)
        bounds[i] = seconds(limits[i]);
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = from.count(i);
    page.histogram(bounds, counts, seconds(from.sum()));
}

void write_hashing(exposition& page, const passwords::lane_metrics& lane) {
    page.family("latchkey_hashing_waiting", kind::gauge, "Logins that wait for a hashing thread.");
    page.sample(number(lane.waiting));
    page.family("latchkey_hashing_running", kind::gauge, "Hashes that are being computed.");
    page.sample(number(lane.running));
    page.family("latchkey_hashing_expected_wait_seconds", kind::gauge,
                "How long a login that came now would wait.");
    page.sample(seconds(std::chrono::nanoseconds(lane.expected_wait.load(std::memory_order_relaxed))));
    page.family("latchkey_hashing_computed", kind::counter,
                "Hashes computed, to check a password or for a new one.");
    page.sample(number(lane.verified), {{"purpose", "verify"}});
    page.sample(number(lane.hashed), {{"purpose", "create"}});
    page.family("latchkey_hashing_interleaved", kind::counter,
                "Of these, computed two at a time on one thread.");
    page.sample(number(lane.paired));
    page.family("latchkey_hashing_refused", kind::counter, "Logins answered with 503, by reason.");
    page.sample(number(lane.refused_full), {{"reason", "queue_full"}});
    page.sample(number(lane.refused_late), {{"reason", "would_be_late"}});
    page.sample(number(lane.expired), {{"reason", "deadline"}});
    page.sample(number(lane.out_of_memory), {{"reason", "memory"}});
    page.family("latchkey_hashing_abandoned", kind::counter, "Logins whose client left before their turn.");
    page.sample(number(lane.abandoned));
    page.family("latchkey_hashing_wait_seconds", kind::histogram,
                "From a login's arrival to the start of its hash.");
    write_histogram(page, lane.wait);
    page.family("latchkey_hashing_duration_seconds", kind::histogram, "Computing time of a hash.");
    write_histogram(page, lane.duration);
}

void write_keys(exposition& page, const tokens::key_ring& ring, unix_time now) {
    page.family("latchkey_signing_keys", kind::gauge, "Keys whose tokens are accepted.");
    page.sample(static_cast<std::int64_t>(ring.entries().size()));
    const auto* signer = ring.signer(now);
    if (!signer) return;
    page.family("latchkey_signing_key_age_seconds", kind::gauge, "How long the key that signs has signed.");
    page.sample(seconds(now - signer->not_before));
}

}  // namespace

void metrics_page::operator()(const http::request& request, http::response& response) const {
    const auto format = metrics::negotiate(request[http::field::accept]);
    response.add_lines("Cache-Control: no-store\r\n");
    exposition page(response.body(metrics::content_type(format)), format);

    from_.requests.write_metrics(page);
    from_.token_requests.write_metrics(page);
    write_hashing(page, from_.hashing.metrics());
    write_keys(page, *from_.tokens.ring(), from_.clock.now());
    page.family("latchkey_store_up", kind::gauge, "1 while the store answers.");
    page.sample(std::int64_t{from_.store_answers});
    page.family("latchkey_draining", kind::gauge, "1 from SIGTERM on.");
    page.sample(std::int64_t{from_.draining});
    page.family("latchkey_build_info", kind::gauge, "1; what runs is in the labels.");
    page.sample(std::int64_t{1}, {{"version", LATCHKEY_VERSION}});
    metrics::write_process(page);
    page.end();
}

}  // namespace latchkey::app
