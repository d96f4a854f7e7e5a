#include "passwords/answer_group.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

using namespace std::chrono_literals;
using group = answer_group<int>;

struct AnswerGroup : testing::Test {
    const group::time_point start{1h};
    group waiting;

    void add(int answer, group::duration after, const group::outlook& ahead, group::duration deadline = 5s) {
        waiting.add(answer, start + deadline, start + after, ahead);
    }
    group::duration closes() const { return waiting.closes() - start; }
};

TEST_F(AnswerGroup, IsHandedOutAtOnceWhenNobodyWaits) {
    add(1, 0ms, {.wait = 0ms, .next_in = 0ms});
    EXPECT_EQ(closes(), 0ms);
}

TEST_F(AnswerGroup, WaitsForAComputationThatEndsWithinAQuarterOfTheQueuesWait) {
    add(1, 0ms, {.wait = 60ms, .next_in = 15ms});
    EXPECT_EQ(closes(), 15ms);
}

TEST_F(AnswerGroup, DoesNotWaitForOneThatEndsLater) {
    add(1, 0ms, {.wait = 60ms, .next_in = 16ms});
    EXPECT_EQ(closes(), 0ms);
}

TEST_F(AnswerGroup, NeverWaitsLongerThanItsLimitCountedFromTheFirst) {
    add(1, 0ms, {.wait = 1h, .next_in = 12ms});
    EXPECT_EQ(closes(), group::longest);
    add(2, 12ms, {.wait = 1h, .next_in = 12ms});
    EXPECT_EQ(closes(), group::longest);
    add(3, 24ms, {.wait = 1h, .next_in = 12ms});
    EXPECT_EQ(closes(), 24ms);
}

TEST_F(AnswerGroup, ClosesWhenTheQueueHasBecomeEmpty) {
    add(1, 0ms, {.wait = 1h, .next_in = 5ms});
    add(2, 5ms, {.wait = 0ms, .next_in = 5ms});
    EXPECT_LE(closes(), 5ms);
}

TEST_F(AnswerGroup, KeepsNobodyBeyondTheEarliestDeadline) {
    add(1, 0ms, {.wait = 1h, .next_in = 5ms}, 20ms);
    EXPECT_EQ(closes(), 20ms);
    add(2, 5ms, {.wait = 1h, .next_in = 5ms}, 15ms);
    EXPECT_EQ(closes(), 15ms);
    add(3, 10ms, {.wait = 1h, .next_in = 6ms}, 5s);
    EXPECT_EQ(closes(), 10ms);
}

TEST_F(AnswerGroup, HandsOutAllOnceInTheirOrderAndStartsAnew) {
    add(1, 0ms, {.wait = 1h, .next_in = 5ms}, 6ms);
    add(2, 5ms, {.wait = 0ms, .next_in = 0ms});
    EXPECT_EQ(waiting.take(), (std::vector{1, 2}));
    EXPECT_TRUE(waiting.empty());
    EXPECT_TRUE(waiting.take().empty());
    add(3, 100ms, {.wait = 1h, .next_in = 5ms});
    EXPECT_EQ(closes(), 100ms + group::longest);
}

}  // namespace
}  // namespace latchkey::passwords
