#include "audit/journal.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/thread_duty.hpp"

namespace latchkey::audit {
namespace {

using std::chrono::steady_clock;

/// Records that may wait for a disk that hangs; one more is refused.
constexpr std::size_t capacity = 16'384;
/// A batch that takes longer stands still: nobody else is to wait for it.
constexpr std::chrono::seconds stall_limit{2};
/// Between two attempts to write again.
constexpr std::chrono::seconds retry_interval{1};

}  // namespace

journal::journal(std::filesystem::path path, const secret& key, const wall_clock& clock)
    : clock_(clock), key_(key.bytes()), file_(std::move(path), key_), thread_([this] { loop(); }) {}

journal::~journal() {
    stop();
}

task<result<void>> journal::record(event what) {
    auto start = [this, what = std::move(what)](completion<result<void>> done) mutable {
        push(std::move(what), std::move(done));
    };
    return await_completion<result<void>>(std::move(start));
}

bool journal::available() const noexcept {
    return !broken_.load(std::memory_order_relaxed) && !is_stalled();
}

bool journal::is_stalled() const noexcept {
    const auto since = writing_since_.load(std::memory_order_relaxed);
    return since != steady_clock::time_point{} && steady_clock::now() - since > stall_limit;
}

void journal::push(event what, completion<result<void>> done) {
    std::unique_lock lock(mutex_);
    if (stopping_ || is_stalled() || queue_.size() == capacity) {
        const errc why = stopping_ ? errc::shutting_down : errc::audit_unavailable;
        lock.unlock();
        failed_.fetch_add(1, std::memory_order_relaxed);
        return done(why);
    }
    queue_.push_back({std::move(what), clock_.now(), std::move(done)});
    lock.unlock();
    filled_.notify_one();
}

void journal::reopen() {
    {
        const std::lock_guard lock(mutex_);
        reopening_ = true;
    }
    filled_.notify_one();
}

void journal::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    filled_.notify_one();
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
}

void journal::loop() {
    take_up(thread_duty::follows);
    for (;;) {
        std::vector<pending> batch;
        bool in_new_file = false;
        {
            std::unique_lock lock(mutex_);
            const auto has_work = [this] { return !queue_.empty() || reopening_ || stopping_; };
            if (broken_)
                filled_.wait_for(lock, retry_interval, has_work);
            else
                filled_.wait(lock, has_work);
            if (stopping_ && queue_.empty() && !reopening_) return;
            in_new_file = std::exchange(reopening_, false);
            std::swap(batch, queue_);
        }
        if (in_new_file) open_new_file();
        if (!batch.empty() || broken_) write(batch);
    }
}

void journal::open_new_file() {
    try {
        file_.reopen();
    } catch (const std::exception& e) {
        log::error("the audit log was not reopened, the old file stays in use", {{"reason", e.what()}});
    }
}

void journal::write(std::vector<pending>& batch) {
    writing_since_.store(steady_clock::now(), std::memory_order_relaxed);
    const bool kept = append(batch);
    writing_since_.store({}, std::memory_order_relaxed);
    (kept ? written_ : failed_).fetch_add(batch.size(), std::memory_order_relaxed);
    for (auto& each : batch)
        each.done(kept ? result<void>() : result<void>(errc::audit_unavailable));
}

/// The batch, behind what a reader must know of the log itself; it may be empty, to try whether the log can
/// be written again.
bool journal::append(const std::vector<pending>& batch) {
    const auto failed = failed_.load(std::memory_order_relaxed);
    const auto now = batch.empty() ? clock_.now() : batch.front().at;
    try {
        file_.append([&](std::string& lines, chain_end& end, const journal_file::damage& found) {
            const auto tell = [&](const char* what, const char* member, std::uint64_t count) {
                if (count != 0) append_record(lines, end, now, event(what).add(member, count), key_);
            };
            tell("audit_log_repaired", "cut_bytes", found.torn_bytes);
            tell("audit_log_cut", "missing_records", found.missing_records);
            tell("audit_records_lost", "count", failed - told_lost_);
            for (const auto& each : batch)
                append_record(lines, end, each.at, each.what, key_);
        });
        told_lost_ = failed;
        if (broken_.exchange(false)) log::info("the audit log is written again");
        return true;
    } catch (const std::exception& e) {
        if (!broken_.exchange(true))
            log::error("the audit log cannot be written, and what it should tell is refused",
                       {{"reason", e.what()}});
        return false;
    }
}

}  // namespace latchkey::audit
