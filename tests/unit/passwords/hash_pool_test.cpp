#include "passwords/hash_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <thread>

#include "support/run_task.hpp"

namespace latchkey::passwords {
namespace {

constexpr argon2_parameters small{64, 1, 1};

secret of(std::string_view text) {
    return secret(text);
}

struct HashPool : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }

    static hash_pool_settings with_threads(std::size_t n) {
        hash_pool_settings settings;
        settings.threads = n;
        settings.parameters = small;
        return settings;
    }
    hash_pool pool{with_threads(2)};

    result<verdict> verify(std::string_view password, std::string phc) {
        return test::run(pool.verify(of(password), std::move(phc)));
    }
    std::string hash(std::string_view password) { return test::run(pool.hash(of(password))).value(); }
};

TEST_F(HashPool, AcceptsThePasswordItHashedAndNoOther) {
    const auto phc = hash("open sesame");
    EXPECT_TRUE(verify("open sesame", phc)->match);
    EXPECT_FALSE(verify("open sesamf", phc)->match);
    EXPECT_FALSE(verify("", phc)->match);
}

TEST_F(HashPool, HashesWithTheConfiguredParameters) {
    EXPECT_EQ(parse_phc(hash("x"))->parameters, small);
}

TEST_F(HashPool, CallsAMatchingHashOfOtherParametersOutdated) {
    hash_pool_settings settings = with_threads(1);
    settings.parameters = {128, 1, 1};
    hash_pool newer(settings);
    const auto old = hash("x");
    EXPECT_FALSE(verify("x", old)->outdated);
    EXPECT_TRUE(test::run(newer.verify(of("x"), old))->outdated);
    EXPECT_FALSE(test::run(newer.verify(of("y"), old))->outdated);  // nothing to upgrade it with
}

TEST_F(HashPool, HasADummyThatNoPasswordMatchesAndThatCostsTheConfiguredWork) {
    EXPECT_EQ(parse_phc(pool.dummy_phc())->parameters, small);
    const auto verdict = verify("", pool.dummy_phc());
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->match);
}

TEST_F(HashPool, SaysSoWhenAHashIsNotOneItKnows) {
    EXPECT_EQ(verify("x", "not a hash").error(), errc::unsupported_hash);
    EXPECT_EQ(verify("x", "").error(), errc::unsupported_hash);
}

TEST_F(HashPool, RefusesAfterStop) {
    const auto phc = hash("x");
    pool.stop();
    pool.stop();
    EXPECT_EQ(verify("x", phc).error(), errc::shutting_down);
    EXPECT_EQ(test::run(pool.hash(of("x"))).error(), errc::shutting_down);
}

/// Runs `count` verifications at once; how each ended.
std::vector<result<verdict>> at_once(hash_pool& pool, const std::string& phc, std::size_t count) {
    asio::io_context context;
    std::vector<result<verdict>> answers;
    const strand on(context.get_executor());
    for (std::size_t i = 0; i < count; ++i)
        asio::co_spawn(on, pool.verify(of("x"), phc), [&](std::exception_ptr e, result<verdict> v) {
            if (!e) answers.push_back(v);
        });
    context.run();
    return answers;
}

TEST_F(HashPool, RefusesWhatTheQueueCannotHold) {
    hash_pool_settings settings = with_threads(0);  // nobody takes from the queue
    settings.queue_limit = 3;
    hash_pool stuck(settings);
    asio::io_context context;
    std::vector<errc> errors;
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(strand(context.get_executor()), stuck.verify(of("x"), stuck.dummy_phc()),
                       [&](std::exception_ptr, result<verdict> v) { errors.push_back(v.error()); });
    context.run_for(std::chrono::milliseconds(200));  // ends when it would wait
    EXPECT_EQ(errors, (std::vector{errc::overloaded, errc::overloaded}));
    EXPECT_EQ(stuck.waiting(), 3U);
    EXPECT_GE(stuck.retry_after(), std::chrono::seconds(1));
    stuck.stop();
    context.restart();
    context.run();
    EXPECT_EQ(errors.size(), 5U);
    EXPECT_EQ(errors.back(), errc::shutting_down);
    EXPECT_EQ(stuck.waiting(), 0U);
}

TEST_F(HashPool, AnswersEveryOneOfManyAtOnce) {
    const auto answers = at_once(pool, hash("x"), 100);
    ASSERT_EQ(answers.size(), 100U);
    for (const auto& answer : answers)
        EXPECT_TRUE(answer && answer->match);
}

TEST_F(HashPool, ComesBackToTheCallersStrandAndNeverHashesThere) {
    const auto phc = hash("x");
    asio::io_context context;
    const strand home(context.get_executor());
    bool at_home = false;
    auto caller = [&]() -> task<void> {
        (void)co_await pool.verify(of("x"), phc);
        at_home = home.running_in_this_thread();
    };
    asio::co_spawn(home, caller, [](std::exception_ptr) {});
    context.run();
    EXPECT_TRUE(at_home);
}

}  // namespace
}  // namespace latchkey::passwords
