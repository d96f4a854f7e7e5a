#include "passwords/hash_lane.hpp"

#include <pthread.h>

#include <algorithm>

#include "base/thread_duty.hpp"

namespace latchkey::passwords {
namespace {

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace

hash_lane::hash_lane(const hash_pool_settings& settings)
    : settings_(settings),
      usual_(work_of(settings.parameters)),
      ledger_(settings.memory_budget),
      queue_({settings.queue_limit, settings.queue_deadline, settings.threads}) {
    for (std::size_t i = 0; i < settings_.threads; ++i)
        workers_.push_back(std::make_unique<hash_worker>(ledger_, settings_.parameters, event_));
    dispatcher_ = std::thread([this] { dispatch(); });
}

void hash_lane::submit(hash_job job) {
    batch expired;
    bool wake = false;
    const auto refused = admit(job, expired, wake);
    if (wake) event_.post();
    drop(expired);
    if (refused) job.refuse(*refused);
}

std::optional<errc> hash_lane::admit(hash_job& job, batch& expired, bool& wake) {
    job.arrived = clock::now();
    job.cost = costs_.expect(job.work());
    const std::lock_guard lock(mutex_);
    if (stopping_) return errc::shutting_down;
    if (is_refused(job.cost, job.arrived, expired)) return errc::overloaded;
    queue_.push(std::move(job));
    wake = idle_ > 0;
    publish();
    return std::nullopt;
}

bool hash_lane::refuses_now() {
    const auto cost = costs_.expect(usual_);
    batch expired;
    bool refused = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return false;
        refused = is_refused(cost, clock::now(), expired);
    }
    drop(expired);
    return refused;
}

/// Under the lock. Those that are too late go first: they are no reason to refuse anybody.
bool hash_lane::is_refused(std::chrono::nanoseconds cost, clock::time_point now, batch& expired) {
    expired = queue_.take_expired(now);
    publish();
    const auto admission = queue_.admit(cost);
    if (admission == queue::admission::granted) return false;
    count(admission == queue::admission::full ? metrics_.refused_full : metrics_.refused_late);
    return true;
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
    event_.post();
    for (auto& job : left)
        job.refuse(errc::shutting_down);
    const std::lock_guard lock(join_mutex_);
    if (dispatcher_.joinable()) dispatcher_.join();
    workers_.clear();
}

/// Under the lock: what readers see without it.
void hash_lane::publish() noexcept {
    metrics_.waiting.store(queue_.size(), std::memory_order_relaxed);
    metrics_.expected_wait.store(queue_.expected_wait().count(), std::memory_order_relaxed);
}

/// Ends when the lane stops and the last worker is idle. No answer is held then: who finishes without a next
/// job closes the group.
void hash_lane::dispatch() {
    pthread_setname_np(pthread_self(), "hash-dispatch");
    take_up(thread_duty::follows);
    for (bool going = true; going;) {
        wait_for_event();
        going = false;
        for (const auto& worker : workers_)
            going = serve(*worker) || going;
        if (!held_.empty() && clock::now() >= held_.closes()) hand_out();
    }
}

void hash_lane::wait_for_event() noexcept {
    if (held_.empty())
        event_.wait();
    else
        event_.wait_until(held_.closes());
}

/// Takes from the worker what it has computed, and gives it what is next. False when the lane stops and this
/// worker has nothing to do any more.
bool hash_lane::serve(hash_worker& worker) {
    auto computed = worker.collect();
    batch expired;
    batch next;
    clock::duration wait{};
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        stopping = stopping_;
        if (computed) {
            ++idle_;
            for (const auto& job : computed->jobs)
                queue_.finished(job.cost);
        }
        if (worker.is_idle()) next = next_for(worker, expired);
        wait = queue_.wait_behind_others();
        publish();
    }
    const bool busy = !next.empty() || !worker.is_idle();
    if (!next.empty()) worker.start(std::move(next));
    drop(expired);
    if (computed) {
        keep_books(*computed);
        hold(std::move(*computed), wait);
    }
    return busy || !stopping;
}

/// Under the lock. What this idle worker computes next, and those it is too late for.
hash_lane::batch hash_lane::next_for(const hash_worker& worker, batch& expired) {
    batch jobs;
    jobs.reserve(2);  // before a job is taken, which must not get lost
    const auto now = clock::now();
    expired = queue_.take_expired(now);
    auto first = queue_.take_next(now);
    if (!first) return jobs;
    --idle_;
    // A second one only when nobody else is free to take it: two threads beat two logins on one.
    const auto* ours = first->argon2();
    const bool alone = queue_.size() <= idle_ || !ours || !worker.interleaves(*ours);
    auto second = alone ? std::nullopt : queue_.take_companion(*first, now);
    jobs.push_back(std::move(*first));
    if (second) jobs.push_back(std::move(*second));
    metrics_.running.fetch_add(jobs.size(), std::memory_order_relaxed);
    return jobs;
}

/// Of all workers.
hash_lane::clock::time_point hash_lane::next_end() const noexcept {
    auto soonest = clock::time_point::max();
    for (const auto& worker : workers_)
        if (!worker->is_idle()) soonest = std::min(soonest, worker->expected_end());
    return soonest;
}

void hash_lane::hold(computation c, clock::duration wait) {
    if (c.jobs.empty()) return;  // a warm-up
    const auto oldest = std::ranges::min_element(c.jobs, {}, &hash_job::arrived)->arrived;
    held_.add(std::move(c), oldest + settings_.queue_deadline, clock::now(),
              {.wait = wait, .next_end = next_end()});
}

void hash_lane::keep_books(const computation& c) {
    const auto n = c.jobs.size();
    if (c.done) costs_.learn(c.work, c.took / static_cast<std::int64_t>(std::max<std::size_t>(n, 1)));
    if (!c.done && c.done.error() == errc::out_of_memory) count(metrics_.out_of_memory, n);
    if (n == 2) count(metrics_.paired, 2);
    metrics_.running.fetch_sub(n, std::memory_order_relaxed);
    for (const auto& job : c.jobs) {
        metrics_.wait.add(c.begun - job.arrived);
        metrics_.duration.add(c.took);
        count(job.verifies() ? metrics_.verified : metrics_.hashed);
    }
}

void hash_lane::hand_out() {
    count(metrics_.answer_groups);
    auto group = held_.take();
    for (auto& computed : group) {
        for (auto& job : computed.jobs)
            job.answer(settings_.parameters);
    }
}

}  // namespace latchkey::passwords
