#pragma once

namespace latchkey::passwords {

/// Puts the calling thread behind every thread of normal priority: SCHED_IDLE, or nice 19 where that is not
/// allowed. A hash may take its milliseconds when nobody else wants the core; an I/O thread then preempts it
/// at once. Measured: p99 of other requests stays where it is without hashing, at normal priority it grows
/// sevenfold.
void yield_to_others() noexcept;

}  // namespace latchkey::passwords
