#include "sessions/session_rules.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace latchkey::sessions {
namespace {

using namespace std::chrono_literals;
using enum refresh_outcome;

constexpr unix_time start{1'800'000'000s};
constexpr session_settings settings{
    .idle_lifetime = 14 * 24h, .absolute_lifetime = 90 * 24h, .reuse_window = 10s};
constexpr auto window = settings.reuse_window;
constexpr auto last_counter = std::numeric_limits<std::uint32_t>::max();

session fresh() {
    session s;
    s.created_at = s.last_used_at = start;
    s.expires_at = start + settings.absolute_lifetime;
    return s;
}

/// `count` rotations from `first` on, each `apart` after the one before.
session rotated_session(std::uint32_t count, unix_time first = start, std::chrono::milliseconds apart = 0ms) {
    session s = fresh();
    for (std::uint32_t i = 0; i < count; ++i)
        EXPECT_EQ(refresh(s, i, first + i * apart, settings).outcome, rotated);
    return s;
}

void expect_unchanged(const session& s, const session& before) {
    EXPECT_EQ(s.counter, before.counter);
    EXPECT_EQ(s.rotations, before.rotations);
    EXPECT_EQ(s.last_used_at, before.last_used_at);
}

TEST(session_rules, RotatesTheCurrentToken) {
    session s = fresh();
    const auto step = refresh(s, 0, start + 1h, settings);
    EXPECT_EQ(step.outcome, rotated);
    EXPECT_EQ(step.successor, 1u);
    EXPECT_EQ(s.counter, 1u);
    EXPECT_EQ(s.rotations, std::vector{start + 1h});
    EXPECT_EQ(s.last_used_at, start + 1h);
    EXPECT_EQ(s.created_at, start);
    EXPECT_EQ(s.expires_at, start + settings.absolute_lifetime);
}

TEST(session_rules, AnswersAUsedTokenWithItsOneSuccessorUntilTheWindowEnds) {
    for (const auto later : {0ms, 1ms, window}) {
        session s = rotated_session(1);
        const auto before = s;
        const auto step = refresh(s, 0, start + later, settings);
        EXPECT_EQ(step.outcome, repeated);
        EXPECT_EQ(step.successor, 1u);
        expect_unchanged(s, before);
    }
}

TEST(session_rules, CallsAUsedTokenReplayedOneMillisecondAfterTheWindow) {
    session s = rotated_session(1);
    const auto before = s;
    EXPECT_EQ(refresh(s, 0, start + window + 1ms, settings).outcome, replayed);
    expect_unchanged(s, before);
}

TEST(session_rules, AnswersALaggingTokenWithItsOwnSuccessorThoughThatIsUsedUp) {
    session s = rotated_session(5, start, 1s);
    for (std::uint32_t token = 0; token < 5; ++token) {
        const auto step = refresh(s, token, start + window, settings);
        EXPECT_EQ(step.outcome, repeated);
        EXPECT_EQ(step.successor, token + 1);
    }
}

TEST(session_rules, CountsEachTokensWindowFromItsOwnRotation) {
    session s = rotated_session(3, start, 4s);  // used up at 0, 4 and 8 seconds
    const unix_time now = start + window + 4s;
    EXPECT_EQ(refresh(s, 0, now, settings).outcome, replayed);
    EXPECT_EQ(refresh(s, 1, now, settings).outcome, repeated);
    EXPECT_EQ(refresh(s, 2, now, settings).outcome, repeated);
}

TEST(session_rules, ARepetitionDoesNotProlongTheWindow) {
    session s = rotated_session(1);
    EXPECT_EQ(refresh(s, 0, start + window, settings).outcome, repeated);
    EXPECT_EQ(refresh(s, 0, start + window + 1ms, settings).outcome, replayed);
}

TEST(session_rules, RefusesACounterThatWasNeverIssued) {
    session s = rotated_session(2);
    const auto before = s;
    for (const auto never : {3u, 4u, last_counter})
        EXPECT_EQ(refresh(s, never, start, settings).outcome, foreign);
    expect_unchanged(s, before);
}

TEST(session_rules, AWindowOfZeroForgivesNothing) {
    session_settings strict = settings;
    strict.reuse_window = 0ms;
    session s = fresh();
    EXPECT_EQ(refresh(s, 0, start, strict).outcome, rotated);
    EXPECT_TRUE(s.rotations.empty());
    EXPECT_EQ(refresh(s, 0, start, strict).outcome, replayed);
    EXPECT_EQ(refresh(s, 0, start - 1h, strict).outcome, replayed);
}

TEST(session_rules, AShorterWindowCountsAtOnceForRotationsAlreadyKept) {
    session s = rotated_session(1);
    session_settings shorter = settings;
    shorter.reuse_window = 1s;
    EXPECT_EQ(refresh(s, 0, start + 2s, shorter).outcome, replayed);
}

TEST(session_rules, KeepsTheRotationsInsideTheWindowOnly) {
    session s = rotated_session(2, start, window);
    EXPECT_EQ(s.rotations, (std::vector{start, start + window}));
    EXPECT_EQ(refresh(s, 2, start + window + 1ms, settings).outcome, rotated);
    EXPECT_EQ(s.rotations, (std::vector{start + window, start + window + 1ms}));
}

TEST(session_rules, KeepsABoundedNumberOfRotations) {
    session s = rotated_session(1000);
    EXPECT_EQ(s.rotations.size(), max_recent_rotations);
    EXPECT_EQ(refresh(s, 1000 - max_recent_rotations, start, settings).outcome, repeated);
    EXPECT_EQ(refresh(s, 1000 - max_recent_rotations - 1, start, settings).outcome, replayed);
}

// Expiry

TEST(session_rules, ExpiresWhenItHasBeenIdleForItsLifetime) {
    session s = rotated_session(1, start + 1h);
    EXPECT_FALSE(is_expired(s, start + 1h + settings.idle_lifetime - 1ms, settings));
    EXPECT_TRUE(is_expired(s, start + 1h + settings.idle_lifetime, settings));
}

TEST(session_rules, ExpiresAtItsAbsoluteEndHoweverBusy) {
    session s = fresh();
    s.last_used_at = s.expires_at - 1ms;
    EXPECT_FALSE(is_expired(s, s.expires_at - 1ms, settings));
    EXPECT_TRUE(is_expired(s, s.expires_at, settings));
}

TEST(session_rules, ExpiryComesBeforeWhateverIsPresented) {
    const session old = rotated_session(2);
    for (const auto presented : {0u, 1u, 2u, 3u, last_counter}) {
        session s = old;
        EXPECT_EQ(refresh(s, presented, start + settings.idle_lifetime, settings).outcome, expired);
        EXPECT_EQ(refresh(s, presented, s.expires_at, settings).outcome, expired);
        expect_unchanged(s, old);
    }
}

TEST(session_rules, ExpiresWhenTheCounterCannotAdvance) {
    session s = fresh();
    s.counter = last_counter - 1;
    EXPECT_EQ(refresh(s, last_counter - 1, start, settings).successor, last_counter);
    EXPECT_EQ(refresh(s, last_counter - 1, start, settings).successor, last_counter);  // repeated
    EXPECT_EQ(refresh(s, last_counter, start, settings).outcome, expired);
    EXPECT_EQ(s.counter, last_counter);
}

// A clock that is set

TEST(session_rules, AClockSetBackEndsNoSession) {
    session s = rotated_session(1);
    const unix_time back = start - 24h * 365;
    EXPECT_FALSE(is_expired(s, back, settings));
    EXPECT_EQ(refresh(s, 0, back, settings).outcome, repeated);
    EXPECT_EQ(refresh(s, 1, back, settings).outcome, rotated);
}

TEST(session_rules, AClockSetBackKeepsNoWindowOpenBeyondTheNextRotation) {
    session s = rotated_session(2);
    const unix_time back = start - 24h * 365;
    EXPECT_EQ(refresh(s, 2, back, settings).outcome, rotated);
    EXPECT_EQ(refresh(s, 0, back + window, settings).outcome, repeated);
    for (const auto token : {0u, 1u, 2u})
        EXPECT_EQ(refresh(s, token, back + window + 1ms, settings).outcome, replayed);
    EXPECT_EQ(refresh(s, 3, back + window + 1ms, settings).outcome, rotated);
    EXPECT_EQ(s.rotations.size(), 1u);
}

TEST(session_rules, AnswersForAnyRow) {
    constexpr unix_time times[] = {unix_time::min(), start, unix_time::max()};
    for (const auto last_used : times)
        for (const auto rotated_at : times)
            for (const auto now : times)
                for (const auto presented : {0u, 1u, 2u, 3u}) {
                    session s = fresh();
                    s.expires_at = unix_time::max();
                    s.last_used_at = last_used;
                    s.counter = 2;
                    s.rotations = {rotated_at, rotated_at, rotated_at};  // more than ever were
                    const auto step = refresh(s, presented, now, settings);
                    if (now == unix_time::max() || now > last_used) {
                        EXPECT_EQ(step.outcome, expired);
                    } else if (presented >= 2) {
                        EXPECT_EQ(step.outcome, presented == 2 ? rotated : foreign);
                    } else {
                        EXPECT_EQ(step.outcome, now > rotated_at ? replayed : repeated);
                    }
                }
}

}  // namespace
}  // namespace latchkey::sessions
