#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "audit/journal_file.hpp"
#include "audit/recorder.hpp"
#include "base/clock.hpp"
#include "crypto/hmac_sha256.hpp"
#include "crypto/secret.hpp"

namespace latchkey::audit {

/// The audit log: one thread that writes, with one sync for everything that came while the last one ran.
/// Thread-safe.
class journal final : public recorder {
public:
    /// `key`: 32 random bytes, the installation's own (`key_name` in the key store). Throws
    /// std::runtime_error as journal_file does.
    journal(std::filesystem::path, const secret& key, const wall_clock&);
    ~journal() override;

    /// errc::shutting_down after stop(). errc::audit_unavailable when it could not be written; at once while
    /// a disk or a reader of standard output has not answered for two seconds.
    task<result<void>> record(event) override;
    /// False from a record that could not be written on, until one can be: that is tried every second.
    bool available() const noexcept override;

    /// Log rotation: goes on in a new file under the same name, from the next record on. What goes wrong is
    /// logged, and the old file stays in use.
    void reopen();
    /// Writes what waits, then ends the thread. Idempotent.
    void stop();

    std::uint64_t written() const noexcept { return written_.load(std::memory_order_relaxed); }
    std::uint64_t failed() const noexcept { return failed_.load(std::memory_order_relaxed); }

private:
    struct pending {
        event what;
        unix_time at;
        completion<result<void>> done;
    };

    void push(event, completion<result<void>>);
    void loop();
    void open_new_file();
    void write(std::vector<pending>&);
    bool append(const std::vector<pending>&);
    bool is_stalled() const noexcept;

    const wall_clock& clock_;
    const crypto::hmac_sha256 key_;
    journal_file file_;                ///< the thread's
    std::uint64_t told_lost_ = 0;      ///< of failed_, what records tell already; the thread's
    std::atomic<bool> broken_{false};  ///< the last batch was not written
    /// When the batch that is being written was begun; zero: none is.
    std::atomic<std::chrono::steady_clock::time_point> writing_since_{};
    std::atomic<std::uint64_t> written_{0};
    std::atomic<std::uint64_t> failed_{0};

    std::mutex mutex_;
    std::condition_variable filled_;
    std::vector<pending> queue_;  ///< under mutex_
    bool reopening_ = false;      ///< under mutex_
    bool stopping_ = false;       ///< under mutex_
    std::mutex joining_;
    std::thread thread_;  ///< last: it uses the rest
};

/// What the key is called in the key store.
inline constexpr const char* key_name = "audit";
inline constexpr std::size_t key_size = 32;

}  // namespace latchkey::audit
