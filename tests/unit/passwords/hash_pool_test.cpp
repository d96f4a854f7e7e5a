#include "passwords/hash_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <thread>

#include "passwords/argon2/kernel.hpp"
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

TEST_F(HashPool, VerifiesAForeignHashAndCallsItOutdated) {
    const std::string bcrypt = "$2b$05$h3ZbAxs5V97AKO1";
    const std::string django = "pbkdf2_sha256$1000$salt$kZdAxqCqXRq4hBiOa5jmPg==";
    EXPECT_EQ(verify("x", bcrypt).error(), errc::unsupported_hash);  // cut off
    ASSERT_TRUE(verify("x", django));
    EXPECT_FALSE(verify("x", django)->match);
    EXPECT_FALSE(verify("x", django)->outdated);
    const std::string werkzeug =
        "pbkdf2:sha256:1$salt$38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423";
    ASSERT_TRUE(verify("secret", werkzeug));
    EXPECT_TRUE(verify("secret", werkzeug)->match);
    EXPECT_TRUE(verify("secret", werkzeug)->outdated);
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

TEST_F(HashPool, AnswersEveryOneOfManyAtOnce) {
    const auto answers = at_once(pool, hash("x"), 100);
    ASSERT_EQ(answers.size(), 100U);
    for (const auto& answer : answers)
        EXPECT_TRUE(answer && answer->match);
}

/// A lane without threads: what is in stays in.
struct StuckPool : testing::Test {
    static void SetUpTestSuite() { init_crypto(); }

    static hash_pool_settings stuck(std::size_t limit) {
        hash_pool_settings settings;
        settings.threads = 0;
        settings.queue_limit = limit;
        settings.parameters = small;
        return settings;
    }
    asio::io_context context;
    std::vector<errc> errors;

    /// Starts a login; its error is noted when it ends.
    template <class Token>
    void login(hash_pool& pool, Token bind) {
        asio::co_spawn(strand(context.get_executor()), pool.verify(of("x"), pool.dummy_phc()),
                       bind([this](std::exception_ptr e, result<verdict> v) {
                           if (!e) errors.push_back(v.error());
                       }));
    }
    void login(hash_pool& pool) {
        login(pool, [](auto handler) { return handler; });
    }
    void settle() {
        context.restart();
        while (context.poll() != 0) {
        }
    }
};

TEST_F(StuckPool, RefusesWhatTheQueueCannotHold) {
    hash_pool pool(stuck(3));
    for (int i = 0; i < 5; ++i)
        login(pool);
    settle();
    EXPECT_EQ(errors, (std::vector{errc::overloaded, errc::overloaded}));
    EXPECT_EQ(pool.waiting(), 3U);
    EXPECT_EQ(pool.metrics().refused_full, 2U);
    pool.stop();
    settle();
    EXPECT_EQ(errors.size(), 5U);
    EXPECT_EQ(errors.back(), errc::shutting_down);
    EXPECT_EQ(pool.waiting(), 0U);
}

TEST_F(StuckPool, SaysBeforehandThatItWouldRefuse) {
    hash_pool pool(stuck(2));
    EXPECT_FALSE(pool.refuses_now());
    login(pool);
    login(pool);
    settle();
    EXPECT_TRUE(pool.refuses_now());
    EXPECT_EQ(pool.metrics().refused_full, 1U);
    pool.stop();
    settle();
    EXPECT_FALSE(pool.refuses_now()) << "errc::shutting_down says more";
}

TEST_F(StuckPool, RefusesAtOnceWhatCannotBeAnsweredInTime) {
    auto settings = stuck(1000);
    settings.parameters = {19456, 2, 1};
    settings.queue_deadline = std::chrono::milliseconds(100);
    hash_pool pool(settings);
    for (int i = 0; i < 100; ++i)
        login(pool);
    settle();
    EXPECT_GT(errors.size(), 50U);
    EXPECT_EQ(pool.metrics().refused_late, errors.size());
    EXPECT_EQ(pool.waiting() + errors.size(), 100U);
}

TEST_F(StuckPool, TellsTheRefusedToWaitUntilTheQueueIsDone) {
    auto settings = stuck(100'000);
    settings.parameters = {19456, 2, 1};
    hash_pool pool(settings);
    EXPECT_EQ(pool.retry_after(), std::chrono::seconds(1));
    for (int i = 0; i < 5'000; ++i)
        login(pool);
    settle();
    EXPECT_FALSE(errors.empty());
    EXPECT_EQ(pool.retry_after(), std::chrono::seconds(5));  // the deadline's worth of work, rounded up
}

TEST_F(StuckPool, DropsALoginWhoseClientHasGone) {
    hash_pool pool(stuck(10));
    asio::cancellation_signal gone;
    login(pool, [&](auto handler) { return asio::bind_cancellation_slot(gone.slot(), handler); });
    login(pool);
    settle();
    ASSERT_EQ(pool.waiting(), 2U);
    gone.emit(asio::cancellation_type::terminal);
    settle();
    EXPECT_EQ(pool.waiting(), 1U);
    EXPECT_EQ(pool.metrics().abandoned, 1U);
    pool.stop();
    settle();
}

TEST_F(HashPool, SurvivesAClientThatGoesAfterTheAnswer) {
    asio::io_context context;
    asio::cancellation_signal gone;
    std::optional<verdict> seen;
    asio::co_spawn(
        strand(context.get_executor()), pool.verify(of("x"), pool.dummy_phc()),
        asio::bind_cancellation_slot(gone.slot(), [&](std::exception_ptr, result<verdict> v) { seen = *v; }));
    context.run();
    ASSERT_TRUE(seen);
    gone.emit(asio::cancellation_type::terminal);
    EXPECT_EQ(pool.metrics().abandoned, 0U);
}

TEST_F(HashPool, CountsWhatItDoes) {
    const auto phc = hash("x");
    EXPECT_TRUE(verify("x", phc));
    EXPECT_TRUE(verify("y", phc));
    pool.stop();  // the books are closed before the thread ends
    const auto& seen = pool.metrics();
    EXPECT_EQ(seen.hashed, 1U);
    EXPECT_EQ(seen.verified, 2U);
    EXPECT_EQ(seen.running, 0U);
    EXPECT_EQ(seen.wait.total(), 3U);
    EXPECT_EQ(seen.duration.total(), 3U);
    EXPECT_GT(seen.duration.sum().count(), 0);
}

TEST_F(HashPool, RunsTwoInterleavedWhenMoreWaitThanThreadsAreFree) {
    if (argon2::usable_kernels().empty()) GTEST_SKIP() << "libsodium runs them one by one";
    hash_pool single(with_threads(1));
    const auto phc = hash("x");
    for (const auto& answer : at_once(single, phc, 64))
        EXPECT_TRUE(answer && answer->match);
    single.stop();
    EXPECT_GE(single.metrics().paired, 32U);
}

/// A pool whose hashes take long enough to come together, also where a test's neighbours leave it little of
/// the processors.
hash_pool_settings slow_with_threads(std::size_t n) {
    auto settings = HashPool::with_threads(n);
    settings.parameters = {1024, 1, 1};
    settings.queue_deadline = std::chrono::minutes(10);
    return settings;
}

TEST_F(HashPool, CountsTheGroupsInWhichItAnswers) {
    hash_pool single(slow_with_threads(1));
    const auto phc = test::run(single.hash(of("x"))).value();
    EXPECT_TRUE(test::run(single.verify(of("x"), phc))->match);
    EXPECT_EQ(single.metrics().answer_groups, 2U);
    for (const auto& answer : at_once(single, phc, 64))
        EXPECT_TRUE(answer && answer->match);
    single.stop();
    const auto& seen = single.metrics();
    EXPECT_EQ(seen.verified, 65U);
    EXPECT_GE(seen.answer_groups, 3U);
    EXPECT_LE(seen.answer_groups, 66U - seen.paired / 2);
}

TEST_F(HashPool, AnswersEverybodyOnceWhenItStopsInTheMiddle) {
    hash_pool busy(slow_with_threads(2));
    const auto phc = test::run(busy.hash(of("x"))).value();
    asio::io_context context;
    std::size_t matched = 0;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < 256; ++i) {
        asio::co_spawn(strand(context.get_executor()), busy.verify(of("x"), phc),
                       [&](std::exception_ptr e, result<verdict> v) {
                           ASSERT_FALSE(e);
                           if (matched + refused == 0) busy.stop();
                           ++(v ? matched : refused);
                       });
    }
    context.run();
    EXPECT_EQ(matched + refused, 256U);
    EXPECT_GT(refused, 0U);
    EXPECT_EQ(busy.metrics().running, 0U);
}

TEST_F(HashPool, AnswersOutOfMemoryForAHashBeyondTheBudget) {
    auto settings = with_threads(1);
    settings.memory_budget = 4 * 1024 * 1024;
    hash_pool poor(settings);
    const std::string greedy = "$argon2id$v=19$m=1048576,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
    EXPECT_EQ(test::run(poor.verify(of("x"), greedy)).error(), errc::out_of_memory);
    poor.stop();
    EXPECT_EQ(poor.metrics().out_of_memory, 1U);
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
