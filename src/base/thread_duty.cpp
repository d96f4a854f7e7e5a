#include "base/thread_duty.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace latchkey {
namespace {

/// sched_setattr(2), first version. Its name and its call came to glibc only with 2.41, and the kernel's own
/// header cannot be included beside <sched.h> before that.
struct scheduling {
    std::uint32_t size = sizeof(scheduling);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  ///< the slice, nanoseconds; kernels before 6.12 ignore it
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};
static_assert(sizeof(scheduling) == 48);

constexpr std::uint64_t shortest_slice = 100'000;

/// A thread that wakes goes before who runs only while it has had less than its share, and beside an equal it
/// has had more whenever it worked a moment ago: so who makes way weighs less, an answer that is made later a
/// third of the usual, a follower a 28th. Where others want all of the processor, that and a short slice
/// still bring a follower's turn within some 15 ms.
constexpr int niceness_of_later_answers = 5;
constexpr int niceness_of_followers = 15;
constexpr std::uint64_t slice_of_who_makes_way = 500'000;
constexpr int nicest = 19;

/// Of this thread. Nicer than it is: who started us may have chosen that.
bool schedule(int policy, int nicer_by, std::uint64_t slice) noexcept {
    scheduling wanted;
    wanted.policy = static_cast<std::uint32_t>(policy);
    wanted.nice = std::min(::getpriority(PRIO_PROCESS, 0) + nicer_by, nicest);
    wanted.runtime = slice;
    return ::syscall(SYS_sched_setattr, 0, &wanted, 0) == 0;
}

bool set_policy(int policy) noexcept {
    const sched_param none{};
    return ::sched_setscheduler(0, policy, &none) == 0;  // of this thread, and its nice stays
}

void make_way(int nicer_by) noexcept {
    if (!schedule(SCHED_BATCH, nicer_by, slice_of_who_makes_way)) (void)set_policy(SCHED_BATCH);
}

}  // namespace

void take_up(thread_duty duty) noexcept {
    const bool is_usual = ::sched_getscheduler(0) == SCHED_OTHER;  // else somebody has chosen for us
    switch (duty) {
        case thread_duty::answers:
            if (is_usual) (void)schedule(SCHED_OTHER, 0, shortest_slice);
            break;
        case thread_duty::answers_later:
            if (is_usual) make_way(niceness_of_later_answers);
            break;
        case thread_duty::follows:
            if (is_usual) make_way(niceness_of_followers);
            break;
        case thread_duty::computes:
            // On Linux nice is an attribute of the thread.
            if (!set_policy(SCHED_IDLE))
                (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nicest);
            break;
    }
}

}  // namespace latchkey
