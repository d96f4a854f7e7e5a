#include "tokens/revocations.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace latchkey::tokens {
namespace {

using namespace std::chrono_literals;

constexpr unix_time noon{std::chrono::seconds{1'800'000'000}};

struct revocations_test : testing::Test {
    const crypto::uuid id = crypto::uuid::v7(noon);
    const crypto::uuid other = crypto::uuid::v7(noon);
    revocations ended;
};

TEST_F(revocations_test, EndNobodyAtFirst) {
    EXPECT_FALSE(ended.ended(id, noon));
    EXPECT_FALSE(ended.ended_for_everybody(unix_time{}));
    EXPECT_EQ(ended.size(), 0u);
}

TEST_F(revocations_test, EndTokensUpToAndIncludingTheMoment) {
    ended.apply({id, noon, 1});
    EXPECT_TRUE(ended.ended(id, noon - 1h));
    EXPECT_TRUE(ended.ended(id, noon));
    EXPECT_FALSE(ended.ended(id, noon + 1ms));
    EXPECT_FALSE(ended.ended(other, noon - 1h));
}

TEST_F(revocations_test, EndEverythingUntilTheEndOfTime) {
    ended.apply({id, unix_time::max(), 1});
    EXPECT_TRUE(ended.ended(id, noon + 24h * 36500));
    ended.apply({id, noon, 2});  // enabled again
    EXPECT_FALSE(ended.ended(id, noon + 1ms));
    EXPECT_TRUE(ended.ended(id, noon));
}

TEST_F(revocations_test, EndEverybodyUpToTheLatestMoment) {
    ended.apply({everybody, noon, 1});
    ended.apply({everybody, noon - 1h, 2});
    EXPECT_TRUE(ended.ended_for_everybody(noon));
    EXPECT_FALSE(ended.ended_for_everybody(noon + 1ms));
    EXPECT_FALSE(ended.ended(id, noon));  // nothing is said of anybody alone
    EXPECT_EQ(ended.size(), 0u);
}

TEST_F(revocations_test, KeepTheLaterEntryWhateverArrivesFirst) {
    ended.apply({id, noon, 2});
    ended.apply({id, unix_time::max(), 1});
    EXPECT_FALSE(ended.ended(id, noon + 1ms));
    ended.apply({id, unix_time::max(), 3});
    EXPECT_TRUE(ended.ended(id, noon + 1ms));
    EXPECT_EQ(ended.size(), 1u);
}

TEST_F(revocations_test, ForgetWhatEndedBeforeTheHorizonOnly) {
    ended.apply({id, noon, 1});
    ended.apply({other, unix_time::max(), 2});
    ended.forget_before(noon);
    EXPECT_TRUE(ended.ended(id, noon));
    ended.forget_before(noon + 1ms);
    EXPECT_FALSE(ended.ended(id, noon));
    EXPECT_TRUE(ended.ended(other, noon));
    EXPECT_EQ(ended.size(), 1u);
}

TEST_F(revocations_test, HoldManyIdsInEveryStripe) {
    std::vector<crypto::uuid> ids;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ids.push_back(crypto::uuid::v7(noon));
        ended.apply({ids.back(), noon, i});
    }
    for (const auto& each : ids)
        EXPECT_TRUE(ended.ended(each, noon));
    EXPECT_EQ(ended.size(), 1000u);
    ended.forget_before(unix_time::max());
    EXPECT_EQ(ended.size(), 0u);
}

TEST_F(revocations_test, AreSeenByOtherThreadsOnceApplied) {
    std::vector<crypto::uuid> ids(64);
    for (auto& each : ids)
        each = crypto::uuid::v7(noon);
    std::atomic<std::size_t> applied{0};
    std::thread writer([&] {
        for (const auto& each : ids) {
            ended.apply({each, noon, 1});
            applied.fetch_add(1);
        }
    });
    std::size_t missed = 0;
    for (std::size_t seen = 0; seen < ids.size();)
        for (const auto now = applied.load(); seen < now; ++seen)
            missed += !ended.ended(ids[seen], noon);
    writer.join();
    EXPECT_EQ(missed, 0u);
}

}  // namespace
}  // namespace latchkey::tokens
