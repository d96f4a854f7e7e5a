#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "unit/sessions/session_model.hpp"

namespace latchkey::sessions {
namespace {

using namespace std::chrono_literals;
using test::explore;
using test::model_settings;
using test::model_tally;

constexpr auto window = 10s;
constexpr session_settings for_ever{
    .idle_lifetime = 24h * 1000, .absolute_lifetime = 24h * 1000, .reuse_window = window};

void print(const model_tally& t) {
    std::printf(
        "%zu states; requests: %zu rotated, %zu repeated, %zu replayed, %zu expired, %zu after the end\n",
        t.states, t.rotated, t.repeated, t.replayed, t.expired, t.after_the_end);
}

TEST(session_model, ClientsAndAThiefCannotBreakThePromises) {
    const auto tally = explore({.clients = 2,
                                .refreshes = 3,
                                .thief_refreshes = 3,
                                .steps = {window, window + 1ms},
                                .session = for_ever});
    print(tally);
    EXPECT_GT(std::min({tally.states, tally.rotated, tally.repeated, tally.replayed, tally.after_the_end}),
              100u);
    EXPECT_EQ(tally.expired, 0u);
}

TEST(session_model, ThreeClientsAndAThiefCannotBreakThePromises) {
    const auto tally = explore({.clients = 3,
                                .refreshes = 3,
                                .thief_refreshes = 3,
                                .steps = {window, window + 1ms},
                                .session = for_ever});
    print(tally);
    EXPECT_GT(std::min({tally.states, tally.rotated, tally.repeated, tally.replayed, tally.after_the_end}),
              100u);
    EXPECT_EQ(tally.expired, 0u);
}

TEST(session_model, NoSessionIsLostByClientsThatOnlyRaceWithinTheWindow) {
    const auto tally = explore({.clients = 3,
                                .refreshes = 3,
                                .steps = {window / 2, window, window + 1ms},
                                .prompt = true,
                                .session = for_ever});
    print(tally);
    EXPECT_GT(std::min({tally.states, tally.rotated, tally.repeated}), 100u);
    EXPECT_EQ(tally.replayed, 0u);
    EXPECT_EQ(tally.after_the_end, 0u);
}

TEST(session_model, ExpiryHoldsWhateverHappensBefore) {
    const session_settings short_lived{
        .idle_lifetime = 2 * window, .absolute_lifetime = 5 * window, .reuse_window = window};
    const auto tally = explore({.clients = 2,
                                .refreshes = 2,
                                .thief_refreshes = 1,
                                .steps = {window - 1ms, window, window + 1ms},
                                .session = short_lived});
    print(tally);
    EXPECT_GT(std::min({tally.states, tally.rotated, tally.repeated, tally.replayed, tally.expired}), 100u);
}

TEST(session_model, AClockThatIsSetBackBreaksNoPromise) {
    const auto tally = explore({.clients = 2,
                                .refreshes = 2,
                                .steps = {window, window + 1ms},
                                .step_back = 2 * window,
                                .steps_back = 2,
                                .session = for_ever});
    print(tally);
    EXPECT_GT(std::min({tally.states, tally.rotated, tally.repeated, tally.replayed}), 100u);
    EXPECT_EQ(tally.expired, 0u);
}

}  // namespace
}  // namespace latchkey::sessions
