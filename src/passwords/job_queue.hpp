#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <optional>
#include <utility>
#include <vector>

namespace latchkey::passwords {

/// The order of the hashing lane: who is let in, who is next, who is too late. No threads, no clock: time is
/// a parameter. Not thread-safe.
///
/// **The rules.** A job must be answered within `deadline` of its arrival. One that could not be, by the work
/// that waits before it, is refused at once. First come, first served, until the oldest has waited for a
/// fifth of the deadline: from there the queue will not catch up by itself, and serving the oldest would make
/// everybody late; the newest then go first, so that most are answered quickly, and those that can no longer
/// be answered in time are dropped before they cost anything.
///
/// `Job` has: `id`; `arrived`, a time_point; `cost`, the expected computing time of one hash;
/// `pairs_with(job)`, whether the two can be computed interleaved.
template <class Job>
class job_queue {
public:
    using clock = std::chrono::steady_clock;
    using time_point = clock::time_point;
    using duration = std::chrono::nanoseconds;

    struct settings {
        std::size_t limit = 256;
        duration deadline = std::chrono::seconds(5);
        std::size_t threads = 1;
    };
    enum class admission { granted, full, late };

    explicit job_queue(const settings& s) : settings_(s) {}

    /// Whether a job of this cost would be let in now.
    admission admit(duration cost) const noexcept {
        if (jobs_.size() >= settings_.limit) return admission::full;
        return expected_wait() + service_time(cost) > settings_.deadline ? admission::late
                                                                         : admission::granted;
    }
    void push(Job job) {
        waiting_cost_ += job.cost;
        jobs_.push_back(std::move(job));
    }

    /// The next job to compute; it counts as running until finished(). Call take_expired() first.
    std::optional<Job> take_next(time_point now) {
        if (jobs_.empty()) return std::nullopt;
        return start(late(now) ? std::prev(jobs_.end()) : jobs_.begin());
    }

    /// A job to be computed together with `first`, the one that would be next among the `reach` first in
    /// line.
    std::optional<Job> take_companion(const Job& first, time_point now) {
        const auto reach = std::min<std::size_t>(jobs_.size(), companion_reach);
        const bool newest_first = late(now);
        auto at = newest_first ? jobs_.end() : jobs_.begin();
        for (std::size_t i = 0; i < reach; ++i) {
            if (newest_first) --at;
            if (at->pairs_with(first)) return start(at);
            if (!newest_first) ++at;
        }
        return std::nullopt;
    }
    void finished(duration cost) noexcept { running_cost_ -= cost; }

    /// Those that can no longer be answered in time.
    std::vector<Job> take_expired(time_point now) {
        std::vector<Job> expired;
        while (!jobs_.empty() &&
               now + service_time(jobs_.front().cost) > jobs_.front().arrived + settings_.deadline)
            expired.push_back(take(jobs_.begin()));
        return expired;
    }
    std::vector<Job> take_all() {
        std::vector<Job> all;
        while (!jobs_.empty())
            all.push_back(take(jobs_.begin()));
        return all;
    }
    /// The job of that id, if it still waits.
    std::optional<Job> take_by_id(std::uint64_t id) {
        const auto found = std::ranges::find(jobs_, id, &Job::id);
        return found == jobs_.end() ? std::nullopt : std::optional(take(found));
    }

    /// How long a job that comes now waits for its turn. Of what runs, half is done on average.
    duration expected_wait() const noexcept {
        return (waiting_cost_ + running_cost_ / 2) /
               static_cast<std::int64_t>(std::max<std::size_t>(settings_.threads, 1));
    }
    /// How long behind others who wait; zero when there are none.
    duration wait_behind_others() const noexcept {
        return jobs_.empty() ? duration::zero() : expected_wait();
    }
    std::size_t size() const noexcept { return jobs_.size(); }

private:
    /// A job finds an equal one among its neighbours or not soon.
    static constexpr std::size_t companion_reach = 16;

    /// Interleaved with another it takes up to twice its cost. No estimate takes more than half of the
    /// deadline, so that one which is wrong cannot refuse everybody for ever.
    duration service_time(duration cost) const noexcept { return std::min(2 * cost, settings_.deadline / 2); }

    bool late(time_point now) const noexcept {
        return !jobs_.empty() && now - jobs_.front().arrived > settings_.deadline / 5;
    }
    Job take(typename std::list<Job>::iterator at) {
        Job job = std::move(*at);
        jobs_.erase(at);
        waiting_cost_ -= job.cost;
        return job;
    }
    Job start(typename std::list<Job>::iterator at) {
        Job job = take(at);
        running_cost_ += job.cost;
        return job;
    }

    settings settings_;
    /// By arrival. A list, since jobs leave from the middle, and a completion must not be assigned to: the
    /// any_completion_handler of Boost 1.81 does not survive it.
    std::list<Job> jobs_;
    duration waiting_cost_{0};
    duration running_cost_{0};
};

}  // namespace latchkey::passwords
