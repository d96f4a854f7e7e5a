#pragma once

#include <cstdint>

namespace latchkey {

/// Who waits for what a thread does, by which the scheduler chooses among those that want a processor.
enum class thread_duty : std::uint8_t {
    /// A client waits for each of its turns, of microseconds. When it wakes it goes before whoever runs,
    /// since its slice is the shortest that the scheduler grants (Linux 6.12; before, as any other thread).
    answers,
    /// A client waits for it, but also for milliseconds elsewhere, and its turns are long: SCHED_BATCH, and
    /// nicer by 5. It makes way for who answers as a follower does, yet has a quarter of the processor where
    /// others want all of it.
    answers_later,
    /// A step of something that takes milliseconds anyway, as writing to a disk does: SCHED_BATCH, and nicer
    /// by 15 than the process was started. When it wakes it lets who runs finish its turn, and while it runs
    /// it makes way for who answers.
    follows,
    /// Long computations: SCHED_IDLE, or nice 19 where that is not allowed. It goes on while nobody else
    /// wants the processor. At normal priority, p99 of other requests grew sevenfold.
    computes,
};

/// Puts the calling thread on that duty. Another policy than the usual, which somebody chose for the process,
/// is left alone but by who computes. Where the system allows none of it, the thread goes on at normal
/// priority: slower neighbours are better than no logins.
void take_up(thread_duty) noexcept;

}  // namespace latchkey
