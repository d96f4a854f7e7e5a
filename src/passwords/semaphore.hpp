#pragma once

#include <semaphore.h>

#include <cerrno>
#include <chrono>
#include <ctime>

namespace latchkey::passwords {

/// A counting semaphore (sem_overview(7)). Unlike a condition variable it holds no lock, also not inside the
/// library: a thread that is preempted in the middle of post() makes nobody wait.
class semaphore {
public:
    semaphore() noexcept { ::sem_init(&semaphore_, 0, 0); }
    semaphore(const semaphore&) = delete;
    semaphore& operator=(const semaphore&) = delete;
    ~semaphore() { ::sem_destroy(&semaphore_); }

    void post() noexcept { ::sem_post(&semaphore_); }
    void wait() noexcept {
        while (::sem_wait(&semaphore_) != 0 && errno == EINTR) {
        }
    }
    /// False when nothing was posted in time.
    bool wait_until(std::chrono::steady_clock::time_point end) noexcept {
        using namespace std::chrono;
        const auto whole = floor<seconds>(end.time_since_epoch());
        const timespec until{
            .tv_sec = static_cast<std::time_t>(whole.count()),
            .tv_nsec = static_cast<long>(nanoseconds(end.time_since_epoch() - whole).count())};
        int failed = 0;
        do
            failed = ::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &until);
        while (failed != 0 && errno == EINTR);
        return failed == 0;
    }
    /// The same, counted from now.
    bool wait_for(std::chrono::milliseconds patience) noexcept {
        return wait_until(std::chrono::steady_clock::now() + patience);
    }

private:
    ::sem_t semaphore_;
};

}  // namespace latchkey::passwords
