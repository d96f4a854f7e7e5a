#include "passwords/answer_group.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

using namespace std::chrono_literals;
using group = answer_group<int>;

struct AnswerGroup : testing::Test {
    const group::time_point start{1h};
    group held;

    /// At `after`, with a computation that should end at `next_end`, both from the start.
    void add(int answer, group::duration after, group::duration wait, group::duration next_end,
             group::duration deadline = 5s) {
        held.add(answer, start + deadline, start + after, {.wait = wait, .next_end = start + next_end});
    }
    group::duration closes() const { return held.closes() - start; }
};

TEST_F(AnswerGroup, IsHandedOutAtOnceWhenNobodyWaits) {
    add(1, 0ms, 0ms, 1ms);
    EXPECT_EQ(closes(), 0ms);
}

TEST_F(AnswerGroup, IsHandedOutAtOnceWhenNothingIsComputed) {
    held.add(1, start + 5s, start, {.wait = 1h, .next_end = group::time_point::max()});
    EXPECT_EQ(closes(), 0ms);
}

TEST_F(AnswerGroup, WaitsForAComputationThatEndsWithinAQuarterOfTheQueuesWait) {
    add(1, 0ms, 60ms, 15ms);
    EXPECT_EQ(closes(), 15ms);
}

TEST_F(AnswerGroup, DoesNotWaitForOneThatEndsLater) {
    add(1, 0ms, 60ms, 16ms);
    EXPECT_EQ(closes(), 0ms);
}

TEST_F(AnswerGroup, WaitsNoLongerForOneThatShouldHaveEnded) {
    add(1, 0ms, 60ms, -1s);
    EXPECT_EQ(closes(), 15ms);
}

TEST_F(AnswerGroup, NeverWaitsLongerThanItsLimitCountedFromTheFirst) {
    add(1, 0ms, 1h, 12ms);
    EXPECT_EQ(closes(), group::longest);
    add(2, 12ms, 1h, 24ms);
    EXPECT_EQ(closes(), group::longest);
    add(3, 24ms, 1h, 36ms);
    EXPECT_EQ(closes(), 24ms);
}

TEST_F(AnswerGroup, ClosesWhenTheQueueHasBecomeEmpty) {
    add(1, 0ms, 1h, 5ms);
    add(2, 5ms, 0ms, 10ms);
    EXPECT_LE(closes(), 5ms);
}

TEST_F(AnswerGroup, KeepsAnswersAwayFromTheEarliestDeadline) {
    add(1, 0ms, 1h, 5ms, group::longest + 20ms);
    EXPECT_EQ(closes(), 20ms);
    add(2, 5ms, 1h, 10ms, group::longest + 15ms);
    EXPECT_EQ(closes(), 15ms);
    add(3, 10ms, 1h, 16ms, 5s);
    EXPECT_EQ(closes(), 10ms);
}

TEST_F(AnswerGroup, DoesNotHoldWhoIsLateAlready) {
    add(1, 0ms, 1h, 5ms, -1s);
    EXPECT_LE(closes(), 0ms);
    held.take();
    add(2, 10ms, 1h, 15ms, 30ms);
    EXPECT_LE(closes(), 10ms);
}

TEST_F(AnswerGroup, HandsOutAllOnceInTheirOrderAndStartsAnew) {
    add(1, 0ms, 1h, 5ms, 30ms);
    add(2, 5ms, 0ms, 10ms);
    EXPECT_EQ(held.take(), (std::vector{1, 2}));
    EXPECT_TRUE(held.empty());
    EXPECT_TRUE(held.take().empty());
    add(3, 100ms, 1h, 105ms);
    EXPECT_EQ(closes(), 100ms + group::longest);
}

}  // namespace
}  // namespace latchkey::passwords
