#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "storage/lane_metrics.hpp"

namespace latchkey::storage::sqlite {

/// What a lane does for one waiting coroutine. `Context` is what the lane offers its jobs.
template <class Context>
class job {
public:
    virtual ~job() = default;
    /// Does the work and keeps its result; whether that is a success.
    virtual bool run(Context&) = 0;
    /// Whether it answers no error once it has written anything, so that nothing of it alone is ever undone.
    virtual bool is_whole() const noexcept = 0;
    /// Replaces the result by an error.
    virtual void spoil(errc) = 0;
    /// Hands out the result, or another error. Exactly one of the two, once.
    virtual void finish() = 0;
    virtual void fail(errc) = 0;
};

template <class Context>
using batch = std::vector<std::unique_ptr<job<Context>>>;

/// A thread behind a bounded queue. It takes everything that queued while the last batch ran, so the cost of
/// a commit is shared by all who waited for it. Thread-safe.
template <class Context>
class lane {
public:
    /// `work` runs a batch on the lane's thread, answers each of its jobs once and throws nothing.
    /// `patience`: how long at most a batch waits until as many jobs have come as shared the last one or came
    /// while it ran. So a caller that is alone never waits, and those who come together leave together: two
    /// logins that were hashed side by side share a sync.
    lane(std::size_t capacity, std::function<void(batch<Context>&)> work,
         std::chrono::microseconds patience = {});
    ~lane() { stop(); }

    /// errc::store_unavailable when the queue is full, errc::shutting_down after stop(): answered at once.
    void push(std::unique_ptr<job<Context>>);
    /// Does what waits, then ends the thread. Idempotent.
    void stop();

    const lane_metrics& metrics() const noexcept { return metrics_; }

private:
    void loop();
    void gather(std::unique_lock<std::mutex>&);

    const std::size_t capacity_;
    const std::chrono::microseconds patience_;
    std::function<void(batch<Context>&)> work_;
    std::mutex mutex_;
    std::condition_variable filled_;
    batch<Context> queue_;
    std::size_t expected_ = 1;  ///< jobs of the next batch; under mutex_
    lane_metrics metrics_;
    bool stopping_ = false;
    std::mutex joining_;
    std::thread thread_;
};

struct write_context;
struct read_context;
extern template class lane<write_context>;
extern template class lane<read_context>;

/// A job made of a function `result<T>(Context&)` and the coroutine that waits for it.
template <class Context, class T, class Work, bool Whole>
class function_job final : public job<Context> {
public:
    function_job(Work work, completion<result<T>> done) : work_(std::move(work)), done_(std::move(done)) {}
    bool run(Context& context) override {
        outcome_.emplace(work_(context));
        return outcome_->has_value();
    }
    bool is_whole() const noexcept override { return Whole; }
    void spoil(errc e) override { outcome_.emplace(e); }
    void finish() override { done_(std::move(*outcome_)); }
    void fail(errc e) override { done_(result<T>(e)); }

private:
    Work work_;
    completion<result<T>> done_;
    std::optional<result<T>> outcome_;
};

/// Suspends the caller until the lane has done `work`, a function `result<T>(Context&)`. Arguments go in by
/// value: the lane's thread runs it.
template <class T, bool Whole = false, class Context, class Work>
task<result<T>> submit(lane<Context>& to, Work work) {
    auto start = [&to, work = std::move(work)](completion<result<T>> done) mutable {
        to.push(std::make_unique<function_job<Context, T, Work, Whole>>(std::move(work), std::move(done)));
    };
    co_return co_await await_completion<result<T>>(std::move(start));
}

}  // namespace latchkey::storage::sqlite
