#include "passwords/cost_book.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

using namespace std::chrono_literals;

constexpr workload login{work_kind::argon2, 1'000};

constexpr workload twice{work_kind::argon2, 2'000};

struct CostBook : testing::Test {
    cost_book book;

    void learn(std::chrono::nanoseconds took, int times = 1) {
        for (int i = 0; i < times; ++i)
            book.learn(login, took);
    }
};

TEST_F(CostBook, FollowsWhatHashesTake) {
    learn(10ms, 200);
    EXPECT_EQ(std::chrono::round<std::chrono::microseconds>(book.expect(login)), 10ms);
    EXPECT_EQ(std::chrono::round<std::chrono::microseconds>(book.expect(twice)), 20ms);
    learn(1ms, 200);
    EXPECT_EQ(std::chrono::round<std::chrono::microseconds>(book.expect(login)), 1ms);
}

TEST_F(CostBook, KeepsKindsApart) {
    const auto before = book.expect({work_kind::bcrypt, 1'024});
    learn(1s);
    EXPECT_EQ(book.expect({work_kind::bcrypt, 1'024}), before);
}

TEST_F(CostBook, IsNotMovedFarByAHashDuringWhichTheMachineStoodStill) {
    learn(10ms, 200);
    learn(60s);
    EXPECT_LT(book.expect(login), 15ms);
    EXPECT_GT(book.expect(login), 10ms);
}

TEST_F(CostBook, FollowsSoonWhatLasts) {
    learn(10ms, 200);
    learn(200ms, 10);
    EXPECT_GT(book.expect(login), 100ms);
}

TEST_F(CostBook, CountsInterruptionsOfEveryThirdHashInFull) {
    std::chrono::nanoseconds sum{0};
    for (int i = 0; i < 900; ++i) {
        learn(i % 3 == 0 ? 70ms : 10ms);  // as where a container's quota of processor time runs out
        if (i >= 300) sum += book.expect(login);
    }
    EXPECT_GT(sum / 600, 25ms);
    EXPECT_LT(sum / 600, 35ms);
}

TEST_F(CostBook, LearnsNothingFromNoWork) {
    const auto before = book.expect(login);
    book.learn({work_kind::argon2, 0}, 1s);
    EXPECT_EQ(book.expect(login), before);
}

}  // namespace
}  // namespace latchkey::passwords
