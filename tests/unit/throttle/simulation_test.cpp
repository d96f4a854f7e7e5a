// A day of a botnet against one account, while its owner goes on logging in.
#include <gtest/gtest.h>

#include <string>

#include "support/manual_clock.hpp"
#include "throttle/login_throttle.hpp"

namespace latchkey::throttle {
namespace {

using namespace std::chrono_literals;

constexpr int bots = 10'000;

class Botnet : public testing::Test {
protected:
    void SetUp() override { init_crypto(); }

    /// A minute, in which every tenth bot guesses; how many were let in.
    int attack(int round) {
        int guesses = 0;
        for (int bot = round % 10; bot < bots; bot += 10) {
            const auto address = "198." + std::to_string(18 + bot / 65536) + "." +
                                 std::to_string(bot / 256 % 256) + "." + std::to_string(bot % 256);
            auto let_in = throttle_.admit("alice", std::to_string(round * bots + bot), {.address = address});
            if (auto* ticket = std::get_if<login_throttle::ticket>(&let_in)) {
                ticket->failed();
                ++guesses;
            }
        }
        return guesses;
    }
    /// A login that is mistyped once; false when either attempt is refused.
    bool owner_logs_in(origin from, const std::string& typo) {
        auto first = throttle_.admit("alice", typo, from);
        if (!std::holds_alternative<login_throttle::ticket>(first)) return false;
        std::get<login_throttle::ticket>(first).failed();
        auto second = throttle_.admit("alice", "right", from);
        if (!std::holds_alternative<login_throttle::ticket>(second)) return false;
        std::get<login_throttle::ticket>(second).succeeded();
        return true;
    }

    test::manual_clock clock_;
    login_throttle throttle_{{}, secret(std::string_view("0123456789abcdef0123456789abcdef")), clock_};
};

TEST_F(Botnet, OfTenThousandAddressesGuessesAHundredTimesADayAndTheOwnerIsNeverRefused) {
    const auto mark = throttle_.mark_for("alice", {});
    const auto session = throttle_.session_for("alice");
    const std::string phone = "203.0.113.7", office = "203.0.113.200";
    ASSERT_TRUE(owner_logs_in({.address = phone}, "before the attack"));
    clock_.advance(10min);
    int guesses = 0, refused = 0;
    for (int minute = 0; minute < 24 * 60; ++minute) {
        guesses += attack(minute);
        clock_.advance(1min);
        if (minute % 60 != 30) continue;
        const auto typo = "typo " + std::to_string(minute);
        // From ever new addresses a browser with its cookie, and an application without one that has its last
        // refresh token; a phone with neither from where it was before.
        const auto on_the_way = "203.0.114." + std::to_string(minute / 60);
        refused += owner_logs_in({.address = on_the_way, .mark = mark}, typo + "b") ? 0 : 1;
        refused += owner_logs_in({.address = on_the_way, .held_session = session}, typo + "a") ? 0 : 1;
        refused += owner_logs_in({.address = phone}, typo + "p") ? 0 : 1;
    }
    EXPECT_EQ(refused, 0);
    EXPECT_LE(guesses, 10 + 24 * 4 + 1);
    EXPECT_GE(guesses, 90) << "the attack did not take place";
    RecordProperty("guesses", guesses);
    std::printf("guesses in a day: %d; refusals of the owner: %d\n", guesses, refused);
}

TEST_F(Botnet, GuessesOnceAnHourAfterAHundredFailuresWhenTheOwnerStaysAway) {
    int guesses = 0, second_day = 0;
    for (int minute = 0; minute < 2 * 24 * 60; ++minute) {
        const int now = attack(minute);
        (minute < 24 * 60 ? guesses : second_day) += now;
        clock_.advance(1min);
    }
    EXPECT_LE(guesses, 101 + 2);
    EXPECT_LE(second_day, 24 + 1);
}

}  // namespace
}  // namespace latchkey::throttle
