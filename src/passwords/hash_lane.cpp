#include "passwords/hash_lane.hpp"

#include <pthread.h>

#include "passwords/simd_engine.hpp"
#include "passwords/thread_priority.hpp"

namespace latchkey::passwords {
namespace {

/// A thread that has had nothing to do for this long wipes its memory (arena.hpp says why not earlier), and
/// gives it back when the quiet lasts.
constexpr std::chrono::milliseconds quiet{20};
constexpr std::chrono::seconds long_quiet{30};

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace

hash_lane::hash_lane(const hash_pool_settings& settings)
    : settings_(settings),
      ledger_(settings.memory_budget),
      queue_({settings.queue_limit, settings.queue_deadline, settings.threads}) {
    try {
        for (std::size_t i = 0; i < settings_.threads; ++i)
            threads_.emplace_back([this] { work(); });
    } catch (...) {  // no more threads: those that run must not outlive this
        stop();
        throw;
    }
}

void hash_lane::submit(hash_job job) {
    batch expired;
    const auto refused = admit(job, expired);
    drop(expired);
    if (refused) return job.refuse(*refused);
    ready_.notify_one();
}

std::optional<errc> hash_lane::admit(hash_job& job, batch& expired) {
    job.arrived = clock::now();
    job.cost = costs_.expect(job.work());
    const std::lock_guard lock(mutex_);
    if (stopping_) return errc::shutting_down;
    expired = queue_.take_expired(job.arrived);
    const auto admission = queue_.admit(job.cost);
    if (admission != queue::admission::granted) {
        count(admission == queue::admission::full ? metrics_.refused_full : metrics_.refused_late);
        publish();
        return errc::overloaded;
    }
    queue_.push(std::move(job));
    publish();
    return std::nullopt;
}

void hash_lane::drop(batch& expired) {
    count(metrics_.expired, expired.size());
    for (auto& job : expired)
        job.refuse(errc::overloaded);
    expired.clear();
}

void hash_lane::abandon(std::uint64_t id) {
    std::optional<hash_job> gone;
    {
        const std::lock_guard lock(mutex_);
        gone = queue_.take_by_id(id);
        publish();
    }
    if (!gone) return;
    count(metrics_.abandoned);
    gone->refuse(errc::overloaded);  // a client that closed its sending side only may still read
}

void hash_lane::stop() {
    batch left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left = queue_.take_all();
        publish();
    }
    ready_.notify_all();
    for (auto& job : left)
        job.refuse(errc::shutting_down);
    const std::lock_guard lock(join_mutex_);
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

/// Under the lock: what readers see without it.
void hash_lane::publish() noexcept {
    metrics_.waiting.store(queue_.size(), std::memory_order_relaxed);
    metrics_.expected_wait.store(queue_.expected_wait().count(), std::memory_order_relaxed);
}

void hash_lane::work() {
    pthread_setname_np(pthread_self(), "hash");
    yield_to_others();
    const auto engine = make_engine(ledger_, settings_.parameters);
    warm_up(*engine);
    batch jobs;
    batch expired;
    while (take(*engine, jobs, expired)) {
        drop(expired);
        if (!jobs.empty()) compute(jobs, *engine);
    }
}

/// Maps and faults the memory before the first login needs it, and learns what a hash costs here.
void hash_lane::warm_up(engine& by) {
    const secret nothing;
    auto hash = fresh_hash(settings_.parameters);
    const auto start = clock::now();
    if (!by.derive({nothing, hash.salt, hash.parameters, hash.variant, hash.tag})) return;
    costs_.learn(work_of(hash.parameters), clock::now() - start);
}

/// Waits until there is a job; false when the lane stops.
bool hash_lane::wait_for_job(std::unique_lock<std::mutex>& lock, engine& by) {
    const auto something = [this] { return stopping_ || queue_.size() > 0; };
    const auto without_lock = [&lock](auto work) {
        lock.unlock();
        work();
        lock.lock();
    };
    ++idle_;
    if (!ready_.wait_for(lock, quiet, something)) {
        without_lock([&] { by.wipe(); });
        if (!ready_.wait_for(lock, long_quiet, something)) {
            without_lock([&] { by.release(); });
            ready_.wait(lock, something);
        }
    }
    --idle_;
    return !stopping_;
}

/// Fills `jobs` with what this thread computes next, and `expired`; false when the lane stops.
bool hash_lane::take(engine& by, batch& jobs, batch& expired) {
    std::unique_lock lock(mutex_);
    if (!wait_for_job(lock, by)) return false;
    const auto now = clock::now();
    expired = queue_.take_expired(now);
    if (auto first = queue_.take_next(now)) {
        // A second one only when nobody else is free to take it: two threads beat two logins on one.
        const auto* ours = first->argon2();
        const bool alone =
            queue_.size() <= idle_ || !ours || !by.interleaves(ours->parameters, ours->variant);
        auto second = alone ? std::nullopt : queue_.take_companion(*first, now);
        jobs.push_back(std::move(*first));
        if (second) jobs.push_back(std::move(*second));
    }
    metrics_.running.fetch_add(jobs.size(), std::memory_order_relaxed);
    publish();
    return true;
}

void hash_lane::compute(batch& jobs, engine& by) {
    const auto start = clock::now();
    for (const auto& job : jobs)
        metrics_.wait.add(start - job.arrived);
    const auto work = jobs[0].work();
    const workplace here{by, ledger_, settings_.parameters};
    const auto done = jobs.size() == 2 ? hash_job::run_two(jobs[0], jobs[1], here) : jobs[0].run(here);
    const auto took = clock::now() - start;
    if (done) costs_.learn(work, took / static_cast<std::int64_t>(jobs.size()));
    if (!done && done.error() == errc::out_of_memory) count(metrics_.out_of_memory, jobs.size());
    for (const auto& job : jobs) {
        metrics_.duration.add(took);
        count(job.verifies() ? metrics_.verified : metrics_.hashed);
    }
    if (jobs.size() == 2) count(metrics_.paired, 2);
    metrics_.running.fetch_sub(jobs.size(), std::memory_order_relaxed);
    {
        const std::lock_guard lock(mutex_);
        for (const auto& job : jobs)
            queue_.finished(job.cost);
        publish();
    }
    jobs.clear();  // passwords with it
}

}  // namespace latchkey::passwords
