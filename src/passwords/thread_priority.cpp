#include "passwords/thread_priority.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace latchkey::passwords {

void yield_to_others() noexcept {
    const sched_param none{};
    if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &none) == 0) return;
    // On Linux nice is an attribute of the thread. Where even this fails, hashing runs at normal priority:
    // slower neighbours are better than no logins.
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19);
}

}  // namespace latchkey::passwords
