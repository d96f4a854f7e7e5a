#include "throttle/bucket_table.hpp"

#include <gtest/gtest.h>

namespace latchkey::throttle {
namespace {

unix_time at(int seconds) {
    return unix_time{std::chrono::seconds{seconds}};
}

TEST(BucketTable, FindsWhatWasPutIn) {
    bucket_table table(64);
    EXPECT_EQ(table.find(7), nullptr);
    table.at(7).failures = 3;
    ASSERT_NE(table.find(7), nullptr);
    EXPECT_EQ(table.find(7)->failures, 3U);
    EXPECT_EQ(table.at(7).failures, 3U);
}

TEST(BucketTable, NeverGrows) {
    bucket_table table(100);
    EXPECT_EQ(table.size(), 128U);
    for (std::uint64_t key = 1; key <= 100'000; ++key)
        table.at(key * 0x9E3779B97F4A7C15).tat = at(1);
    EXPECT_EQ(table.size(), 128U);
}

TEST(BucketTable, ForgetsTheOneThatIsPaidOffSoonest) {
    bucket_table table(8);
    for (std::uint64_t key = 1; key <= 8; ++key)
        table.at(key).tat = at(static_cast<int>(100 + key));
    table.at(9).tat = at(500);
    EXPECT_EQ(table.find(1), nullptr);
    for (std::uint64_t key = 2; key <= 9; ++key)
        EXPECT_NE(table.find(key), nullptr) << key;
}

TEST(BucketTable, AnExhaustedBucketOutlivesAnyNumberOfSlighterOnes) {
    bucket_table table(8);
    table.at(1).tat = at(1000);
    for (std::uint64_t key = 2; key < 10'000; ++key)
        table.at(key).tat = at(10);
    ASSERT_NE(table.find(1), nullptr);
    EXPECT_EQ(table.find(1)->tat, at(1000));
}

TEST(BucketTable, KeepsWhatIsPendingBeforeWhatIsNot) {
    bucket_table table(8);
    table.at(1).pending = 1;
    for (std::uint64_t key = 2; key < 100; ++key)
        table.at(key).tat = at(static_cast<int>(key));
    EXPECT_NE(table.find(1), nullptr);
}

}  // namespace
}  // namespace latchkey::throttle
