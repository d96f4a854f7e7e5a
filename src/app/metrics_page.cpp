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

/// What the lane's other figures are to be compared with.
void write_capacity(exposition& page, const passwords::hash_pool_settings& lane) {
    page.family("latchkey_hashing_threads", kind::gauge, "Threads that compute hashes.");
    page.sample(static_cast<std::int64_t>(lane.threads));
    page.family("latchkey_hashing_queue_limit", kind::gauge, "Logins that may wait; one more is refused.");
    page.sample(static_cast<std::int64_t>(lane.queue_limit));
    page.family("latchkey_hashing_memory_budget_bytes", kind::gauge,
                "What all hashing threads together may hold.");
    page.sample(static_cast<std::int64_t>(lane.memory_budget));
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
    page.family("latchkey_hashing_answer_groups", kind::counter,
                "Groups in which the results were handed out; while logins wait, several go together.");
    page.sample(number(lane.answer_groups));
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

void write_keys(exposition& page, const key_keeper& keys, const tokens::key_ring& ring, unix_time now) {
    page.family("latchkey_signing_keys", kind::gauge, "Keys whose tokens are accepted.");
    page.sample(static_cast<std::int64_t>(ring.entries().size()));
    page.family("latchkey_key_rotation_failures", kind::counter,
                "How often signing keys were to be rotated and could not.");
    page.sample(static_cast<std::int64_t>(keys.rotation_failures()));
    if (const auto lifetime = keys.key_lifetime()) {
        page.family("latchkey_signing_key_lifetime_seconds", kind::gauge,
                    "After how long a key is to be replaced by another (tokens.key_lifetime).");
        page.sample(seconds(*lifetime));
    }
    const auto* signer = ring.signer(now);
    // Nobody has said since when the backends' shared secret is in use.
    if (!signer || signer->not_before == unix_time{}) return;
    page.family("latchkey_signing_key_age_seconds", kind::gauge, "How long the key that signs has signed.");
    page.sample(seconds(now - signer->not_before));
}

void write_throttle(exposition& page, const throttle::throttle_metrics& counts) {
    page.family("latchkey_throttle_attempts", kind::counter,
                "Login attempts by what the throttle said; a refusal is a 429.");
    page.sample(number(counts.admitted), {{"outcome", "admitted"}});
    page.sample(number(counts.refused_by_account), {{"outcome", "refused_by_account"}});
    page.sample(number(counts.refused_by_address), {{"outcome", "refused_by_address"}});
    page.family("latchkey_throttle_failures", kind::counter,
                "Wrong passwords; one sent again at once is a repeat and not charged for.");
    page.sample(number(counts.failures), {{"kind", "charged"}});
    page.sample(number(counts.repeats), {{"kind", "repeat"}});
}

void write_sessions(exposition& page, const sessions::session_metrics& counts) {
    if (const auto kept = counts.kept.load(std::memory_order_relaxed); kept >= 0) {
        page.family("latchkey_sessions_open", kind::gauge,
                    "Sessions in the store, counted about once a minute; one that has expired is among them "
                    "until the store comes across it.");
        page.sample(kept);
    }
    page.family("latchkey_sessions_opened", kind::counter, "Sessions opened by a login.");
    page.sample(number(counts.opened));
    page.family("latchkey_session_refreshes", kind::counter,
                "Refreshes of a session by outcome; reuse_detected ended it.");
    page.sample(number(counts.rotated), {{"outcome", "rotated"}});
    page.sample(number(counts.repeated), {{"outcome", "repeated"}});
    page.sample(number(counts.replayed), {{"outcome", "reuse_detected"}});
    page.sample(number(counts.expired), {{"outcome", "expired"}});
    page.family("latchkey_sessions_ended", kind::counter,
                "Sessions ended by logout, revocation or an administrator; not those that ended with their "
                "account's password.");
    page.sample(number(counts.ended));
}

void write_store(exposition& page, const storage::store& store) {
    struct lane {
        metrics::label label;
        const storage::lane_metrics& counts;
    };
    const std::array lanes{lane{{"lane", "write"}, store.writes()}, lane{{"lane", "read"}, store.reads()}};
    page.family("latchkey_store_waiting", kind::gauge, "Operations that wait for the store.");
    for (const auto& each : lanes)
        page.sample(number(each.counts.waiting), {each.label});
    page.family("latchkey_store_operations", kind::counter, "Operations that the store took on.");
    for (const auto& each : lanes)
        page.sample(number(each.counts.operations), {each.label});
    page.family("latchkey_store_refused", kind::counter, "Operations refused: the queue was full.");
    for (const auto& each : lanes)
        page.sample(number(each.counts.refused), {each.label});
    page.family("latchkey_store_batch_duration_seconds", kind::histogram,
                "What the store did at once for all who waited; of writes a transaction and its sync.");
    for (const auto& each : lanes)
        each.counts.batches.write(page, std::span(&each.label, 1));
}

void write_connections(exposition& page, const net::server& clients) {
    page.family("latchkey_connections", kind::gauge, "Connections that clients have open.");
    page.sample(static_cast<std::int64_t>(clients.open_connections()));
    page.family("latchkey_connections_accepted", kind::counter, "Connections accepted from clients.");
    page.sample(static_cast<std::int64_t>(clients.accepted()));
    page.family(
        "latchkey_accept_pauses", kind::counter,
        "How often accepting paused: limits.connections was reached, or descriptors or memory ran out.");
    page.sample(static_cast<std::int64_t>(clients.pauses()));
    if (const auto expiry = clients.certificate_expiry()) {
        page.family("latchkey_tls_certificate_expiry_seconds", kind::gauge,
                    "Until when the TLS certificate is valid, in seconds since 1970.");
        page.sample(std::int64_t{expiry->time_since_epoch().count()});
    }
}

void write_audit(exposition& page, const audit::journal& journal) {
    page.family("latchkey_audit_records", kind::counter,
                "Security events by whether they could be recorded.");
    page.sample(static_cast<std::int64_t>(journal.written()), {{"outcome", "written"}});
    page.sample(static_cast<std::int64_t>(journal.failed()), {{"outcome", "failed"}});
}

}  // namespace

void metrics_page::operator()(const http::request& request, http::response& response) const {
    const auto format = metrics::negotiate(request[http::field::accept]);
    response.add_lines("Cache-Control: no-store\r\n");
    exposition page(response.body(metrics::content_type(format)), format);

    from_.requests.write_metrics(page);
    from_.token_requests.write_metrics(page);
    from_.introspections.write_metrics(page);
    write_capacity(page, from_.hashing.settings());
    write_hashing(page, from_.hashing.metrics());
    if (from_.throttle != nullptr) write_throttle(page, from_.throttle->metrics());
    if (from_.audit != nullptr) write_audit(page, *from_.audit);
    write_sessions(page, from_.store.sessions().metrics());
    write_store(page, from_.store);
    if (const auto* clients = from_.clients.load()) write_connections(page, *clients);
    write_keys(page, from_.keys, *from_.tokens.ring(), from_.clock.now());
    page.family("latchkey_store_up", kind::gauge, "1 while the store answers.");
    page.sample(std::int64_t{from_.store_answers});
    page.family("latchkey_draining", kind::gauge, "1 from SIGTERM on.");
    page.sample(std::int64_t{from_.draining});
    page.family("latchkey_build_info", kind::gauge, "1; what runs is in the labels.");
    page.sample(std::int64_t{1}, {{"version", LATCHKEY_VERSION}, {"commit", LATCHKEY_COMMIT}});
    metrics::write_process(page);
    page.end();
}

}  // namespace latchkey::app
