#pragma once

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace latchkey::passwords {

/// Answers of the hashing lane that are handed out together. What follows a login elsewhere (three threads
/// that wake, a commit with its sync, a reply) costs four that come at once little more than one: in a storm
/// it was 5 % of the processor, and a fifth of that is saved. Network cards do the same (interrupt
/// coalescing). No threads, no clock: time is a parameter. Not thread-safe.
///
/// **The rules.** Nobody is held while nobody waits for a hashing thread: a login on a calm service is
/// answered at once. Else an answer waits for the computation that runs next, if that should end soon: within
/// a quarter of the time that a login which comes now will wait for its turn, within `longest` in any case,
/// and before anybody's deadline. All answers alike, right password or wrong.
template <class Answer>
class answer_group {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::nanoseconds;

    static constexpr duration longest = std::chrono::milliseconds(25);

    /// What the lane expects, once the thread that has finished computes its next.
    struct outlook {
        duration wait{};   ///< of a login that comes now; zero when nobody waits
        duration next_in;  ///< that next computation's end
    };

    /// `deadline`: until when it must be handed out.
    void add(Answer answer, time_point deadline, time_point now, const outlook& ahead) {
        if (answers_.empty()) {
            opened_ = now;
            deadline_ = deadline;
        }
        deadline_ = std::min(deadline_, deadline);
        closes_ = std::min(opened_ + std::min(ahead.wait / 4, longest), deadline_);
        if (now + ahead.next_in > closes_) closes_ = now;
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
