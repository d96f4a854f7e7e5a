#include "base/thread_duty.hpp"

#include <gmock/gmock.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

namespace latchkey {
namespace {

/// What sched_getattr(2) says of a thread.
struct scheduling {
    int policy = -1;
    std::uint64_t slice = 0;  ///< nanoseconds; 0 before Linux 6.12
    int nice = 0;
};

scheduling of_this_thread() {
    struct {
        std::uint32_t size, policy;
        std::uint64_t flags;
        std::int32_t nice;
        std::uint32_t priority;
        std::uint64_t runtime, deadline, period;
    } read{};
    EXPECT_EQ(::syscall(SYS_sched_getattr, 0, &read, sizeof read, 0), 0);
    return {static_cast<int>(read.policy), read.runtime, read.nice};
}

scheduling on_duty(thread_duty duty, int nice = ::getpriority(PRIO_PROCESS, 0)) {
    scheduling found;
    std::thread([&] {
        EXPECT_EQ(::setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice), 0);
        take_up(duty);
        found = of_this_thread();
    }).join();
    return found;
}

TEST(ThreadDuty, WhoComputesIsBehindEverybody) {
    EXPECT_EQ(on_duty(thread_duty::computes).policy, SCHED_IDLE);
}

TEST(ThreadDuty, WhoFollowsOrAnswersLaterLetsOthersFinishAndMakesWay) {
    const auto usual = of_this_thread();
    const std::pair<thread_duty, int> nicer_by[]{{thread_duty::answers_later, 5}, {thread_duty::follows, 15}};
    for (const auto& [duty, nicer] : nicer_by)
        for (const int chosen : {usual.nice, std::min(usual.nice + 2, 19), 19}) {
            const auto found = on_duty(duty, chosen);
            EXPECT_EQ(found.policy, SCHED_BATCH);
            EXPECT_EQ(found.nice, std::min(chosen + nicer, 19));
            EXPECT_EQ(found.slice, usual.slice != 0 ? 500'000U : 0U);
        }
}

TEST(ThreadDuty, WhoAnswersHasTheShortestSlice) {
    const auto usual = of_this_thread();
    const auto answers = on_duty(thread_duty::answers);
    EXPECT_EQ(answers.policy, SCHED_OTHER);
    const bool knows_slices = usual.slice != 0;
    EXPECT_EQ(answers.slice, knows_slices ? 100'000U : 0U);
}

TEST(ThreadDuty, WhoAnswersKeepsTheNicenessThatSomebodyChose) {
    const auto answers = on_duty(thread_duty::answers, 19);
    EXPECT_EQ(answers.nice, 19);
    EXPECT_EQ(answers.slice, on_duty(thread_duty::answers).slice);
}

TEST(ThreadDuty, LeavesAPolicyThatSomebodyChose) {
    scheduling found;
    std::thread([&] {
        const sched_param none{};
        ASSERT_EQ(::sched_setscheduler(0, SCHED_BATCH, &none), 0);
        take_up(thread_duty::answers);
        found = of_this_thread();
    }).join();
    EXPECT_EQ(found.policy, SCHED_BATCH);
}

}  // namespace
}  // namespace latchkey
