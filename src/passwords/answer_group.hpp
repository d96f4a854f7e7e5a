#pragma once

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace latchkey::passwords {

/// Answers of the hashing lane that are handed out together, as a network card reports packets (interrupt
/// coalescing). What follows a login elsewhere, threads that wake, a commit with its sync, a reply, costs
/// several that come together little more than one: with two computations a group it went from 5.0 to 3.5 %
/// of the processor (16 clients, 19 MiB, two passes). No threads, no clock: time is a parameter. Not
/// thread-safe.
///
/// **The rules**, asked whenever a computation ends. While nobody waits for a hashing thread, everything is
/// handed out at once: a calm service delays nobody. Else an answer waits for those that should come soon:
/// for a quarter of the time that a login which comes now will wait for its turn, for `longest` at most, and
/// never within `longest` of a deadline. All answers alike, right password or wrong.
template <class Answer>
class answer_group {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::nanoseconds;

    static constexpr duration longest = std::chrono::milliseconds(25);

    /// What the lane expects, once the thread that has finished computes its next.
    struct outlook {
        duration wait{};        ///< of a login that comes now; zero when nobody waits
        time_point next_end{};  ///< of all that is being computed
    };

    /// `deadline`: until when the client must have it.
    void add(Answer answer, time_point deadline, time_point now, const outlook& ahead) {
        if (answers_.empty()) {
            opened_ = now;
            deadline_ = deadline;
        }
        deadline_ = std::min(deadline_, deadline);
        closes_ = std::min(opened_ + std::min(ahead.wait / 4, longest), deadline_ - longest);
        if (ahead.next_end > closes_) closes_ = now;
        answers_.push_back(std::move(answer));
    }

    bool empty() const noexcept { return answers_.empty(); }
    /// When they are to be handed out, unless more come before. Only when there are some.
    time_point closes() const noexcept { return closes_; }
    std::vector<Answer> take() noexcept { return std::exchange(answers_, {}); }

private:
    std::vector<Answer> answers_;
    time_point opened_;    ///< since when the oldest waits
    time_point deadline_;  ///< the earliest
    time_point closes_;
};

}  // namespace latchkey::passwords
