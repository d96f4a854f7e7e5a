#include "audit/journal.hpp"

#include <utility>

#include "base/log.hpp"

namespace latchkey::audit {
namespace {

/// Records that may wait for a disk that hangs; one more is refused.
constexpr std::size_t capacity = 16'384;

}  // namespace

journal::journal(std::filesystem::path path, const secret& key, const wall_clock& clock)
    : clock_(clock), key_(key.bytes()), file_(std::move(path)), thread_([this] { loop(); }) {}

journal::~journal() {
    stop();
}

task<result<void>> journal::record(event what) {
    auto start = [this, what = std::move(what)](completion<result<void>> done) mutable {
        push(std::move(what), std::move(done));
    };
    return await_completion<result<void>>(std::move(start));
}

void journal::push(event what, completion<result<void>> done) {
    std::unique_lock lock(mutex_);
    if (stopping_ || queue_.size() == capacity) {
        const errc why = stopping_ ? errc::shutting_down : errc::audit_unavailable;
        lock.unlock();
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
    for (;;) {
        std::vector<pending> batch;
        bool in_new_file = false;
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return !queue_.empty() || reopening_ || stopping_; });
            if (queue_.empty() && !reopening_) return;
            in_new_file = std::exchange(reopening_, false);
            std::swap(batch, queue_);
        }
        if (in_new_file) open_new_file();
        if (!batch.empty()) write(batch);
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
    result<void> outcome;
    try {
        file_.append([&](std::string& lines, chain_end& end, std::uint64_t cut) {
            if (cut != 0)
                append_record(lines, end, batch.front().at, event("audit_log_repaired").add("cut_bytes", cut),
                              key_);
            for (const auto& each : batch)
                append_record(lines, end, each.at, each.what, key_);
        });
        written_.fetch_add(batch.size(), std::memory_order_relaxed);
        if (std::exchange(broken_, false)) log::info("the audit log is written again");
    } catch (const std::exception& e) {
        failed_.fetch_add(batch.size(), std::memory_order_relaxed);
        if (!std::exchange(broken_, true))
            log::error("the audit log cannot be written, and what it should tell is refused",
                       {{"reason", e.what()}});
        outcome = errc::audit_unavailable;
    }
    for (auto& each : batch)
        each.done(outcome);
}

}  // namespace latchkey::audit
