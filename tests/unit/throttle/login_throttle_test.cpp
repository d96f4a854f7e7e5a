#include "throttle/login_throttle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/manual_clock.hpp"

namespace latchkey::throttle {
namespace {

using namespace std::chrono_literals;

const std::string home = "203.0.113.7", elsewhere = "198.51.100.9";

class LoginThrottle : public testing::Test {
protected:
    void SetUp() override { init_crypto(); }

    std::unique_ptr<login_throttle> make(throttle_settings s = {}) {
        s.buckets = 1024;
        return std::make_unique<login_throttle>(
            s, secret(std::string_view("0123456789abcdef0123456789abcdef")), clock);
    }
    /// Zero: let in, and failed.
    std::chrono::seconds fail(const std::string& name, origin from, const std::string& password = {}) {
        const auto guess = password.empty() ? "guess " + std::to_string(++guesses_) : password;
        auto let_in = throttle->admit(name, guess, from);
        if (const auto* wait = std::get_if<std::chrono::seconds>(&let_in)) return *wait;
        std::get<login_throttle::ticket>(let_in).failed();
        return 0s;
    }
    bool succeed(const std::string& name, origin from) {
        auto let_in = throttle->admit(name, "right", from);
        auto* ticket = std::get_if<login_throttle::ticket>(&let_in);
        if (ticket) ticket->succeeded();
        return ticket != nullptr;
    }
    /// How many failures are let in, one after the other, without time passing.
    int failures_let_in(const std::string& name, origin from) {
        int n = 0;
        while (n < 1000 && fail(name, from) == 0s)
            ++n;
        return n;
    }

    test::manual_clock clock;
    std::unique_ptr<login_throttle> throttle = make();

private:
    int guesses_ = 0;
};

TEST_F(LoginThrottle, LetsABurstOfFailuresThroughThenOneAnInterval) {
    EXPECT_EQ(failures_let_in("alice", {.address = home}), 10);
    clock.advance(15min);
    EXPECT_EQ(failures_let_in("alice", {.address = home}), 1);
    clock.advance(24h * 7);
    EXPECT_EQ(failures_let_in("alice", {.address = home}), 10);
}

TEST_F(LoginThrottle, SaysExactlyHowLongToWait) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(fail("alice", {}), 0s);
        clock.advance(7300ms);
    }
    const auto wait = fail("alice", {});
    EXPECT_EQ(wait, std::chrono::ceil<std::chrono::seconds>(15min - 73s));
    clock.advance(wait - 1001ms);
    EXPECT_EQ(fail("alice", {}), 2s);
    clock.advance(1001ms);
    EXPECT_EQ(fail("alice", {}), 0s);
}

TEST_F(LoginThrottle, CountsFailuresOnly) {
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(succeed("alice", {.address = home}));
    for (int i = 0; i < 1000; ++i) {
        const auto let_in = throttle->admit("alice", std::to_string(i), {.address = home});
        ASSERT_TRUE(std::holds_alternative<login_throttle::ticket>(let_in)) << "dropped without a verdict";
    }
}

TEST_F(LoginThrottle, CountsAnAccountFromAllAddressesTogether) {
    int let_in = 0;
    for (int i = 0; i < 200; ++i)
        let_in += fail("alice", {.address = "198.51.100." + std::to_string(i)}) == 0s ? 1 : 0;
    EXPECT_EQ(let_in, 10);
    EXPECT_EQ(fail("bob", {.address = "198.51.100.1"}), 0s);
}

TEST_F(LoginThrottle, CountsAnAddressOverAllAccounts) {
    int let_in = 0;
    for (int i = 0; i < 300; ++i)
        let_in += fail("user" + std::to_string(i), {.address = elsewhere}) == 0s ? 1 : 0;
    EXPECT_EQ(let_in, 100);
    EXPECT_EQ(fail("user0", {.address = home}), 0s);
    EXPECT_EQ(fail("user1", {.address = elsewhere}), 30s);
}

TEST_F(LoginThrottle, TakesAnIpv6NetworkForOneAddress) {
    int let_in = 0;
    for (int i = 0; i < 300; ++i)
        let_in += fail("user" + std::to_string(i), {.address = "2001:db8:1:2::" + std::to_string(i)}) == 0s;
    EXPECT_EQ(let_in, 100);
    EXPECT_EQ(fail("somebody", {.address = "2001:db8:1:3::1"}), 0s);
}

TEST_F(LoginThrottle, TakesAMappedIpv4AddressForWhatItIs) {
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(fail("user" + std::to_string(i), {.address = "::ffff:198.51.100.9"}), 0s);
    EXPECT_EQ(fail("user", {.address = elsewhere}), 30s);
    EXPECT_EQ(fail("user", {.address = "::ffff:198.51.100.8"}), 0s);
}

TEST_F(LoginThrottle, HoldsNothingAgainstAnAddressThatMayBeAProxys) {
    for (const std::string proxy :
         {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "::1", "fd00::1", "fe80::1"})
        for (int i = 0; i < 300; ++i)
            ASSERT_EQ(fail(proxy + "'s user" + std::to_string(i), {.address = proxy}), 0s);
    throttle = make({.proxies_known = true});
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(fail("user" + std::to_string(i), {.address = "10.1.2.3"}), 0s);
    EXPECT_EQ(fail("user", {.address = "10.1.2.3"}), 30s);
}

TEST_F(LoginThrottle, CountsTheSameWrongPasswordWithinSecondsOnce) {
    for (int i = 0; i < 9; ++i)
        for (int again = 0; again < 3; ++again)
            ASSERT_EQ(fail("alice", {}, "guess" + std::to_string(i)), 0s) << i;
    EXPECT_EQ(fail("alice", {}), 0s) << "the tenth";
    EXPECT_NE(fail("alice", {}), 0s);
}

TEST_F(LoginThrottle, CountsTheSameWrongPasswordAgainWhenItIsTooLateOrTooOften) {
    for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(fail("alice", {}, "guess"), 0s) << i;
        clock.advance(login_throttle::repeat_window);
    }
    EXPECT_NE(fail("alice", {}, "guess"), 0s);
    EXPECT_EQ(fail("bob", {}, "guess"), 0s);
    int let_in = 1;
    while (let_in < 100 && fail("bob", {}, "guess") == 0s)
        ++let_in;
    EXPECT_EQ(let_in, 3 * 9 + 1);
}

TEST_F(LoginThrottle, AMarkedDeviceHasABudgetThatStrangersCannotTouch) {
    const auto mark = throttle->mark_for("alice", {});
    (void)failures_let_in("alice", {.address = elsewhere});
    EXPECT_FALSE(succeed("alice", {.address = home}));
    EXPECT_TRUE(succeed("alice", {.address = home, .mark = mark}));
    EXPECT_EQ(failures_let_in("alice", {.mark = mark}), 10);
    EXPECT_TRUE(succeed("alice", {.mark = throttle->mark_for("alice", {})})) << "another device";
    EXPECT_FALSE(succeed("alice", {.mark = throttle->mark_for("bob", {})}));
}

TEST_F(LoginThrottle, AMarkedDeviceIsNotRefusedForWhatItsAddressDid) {
    const auto mark = throttle->mark_for("alice", {});
    for (int i = 0; i < 300; ++i)
        (void)fail("user" + std::to_string(i), {.address = home});
    EXPECT_FALSE(succeed("alice", {.address = home}));
    EXPECT_TRUE(succeed("alice", {.address = home, .mark = mark}));
}

TEST_F(LoginThrottle, RemembersTheAddressOfAClientWithoutCookies) {
    ASSERT_TRUE(succeed("alice", {.address = home}));
    (void)failures_let_in("alice", {.address = elsewhere});
    EXPECT_FALSE(succeed("alice", {.address = elsewhere}));
    EXPECT_TRUE(succeed("alice", {.address = home}));
    clock.advance(login_throttle::address_remembered);
    for (int i = 0; i < 30; ++i)
        (void)fail("alice", {.address = elsewhere});
    EXPECT_FALSE(succeed("alice", {.address = home}));
}

TEST_F(LoginThrottle, ASessionOfTheAccountCountsAsADevice) {
    (void)failures_let_in("alice", {});
    EXPECT_TRUE(succeed("alice", {.session = "01900000-0000-7000-8000-000000000001"}));
    EXPECT_EQ(failures_let_in("alice", {.session = "01900000-0000-7000-8000-000000000001"}), 10);
}

TEST_F(LoginThrottle, AHeldSessionThatALoginOfTheAccountOpenedCountsAsADevice) {
    const auto session = throttle->session_for("alice");
    (void)failures_let_in("alice", {});
    EXPECT_FALSE(succeed("alice", {.held_session = throttle->session_for("bob")}));
    EXPECT_TRUE(succeed("alice", {.held_session = session}));
    throttle = make();  // a restart
    (void)failures_let_in("alice", {});
    EXPECT_TRUE(succeed("alice", {.held_session = session}));
    EXPECT_EQ(failures_let_in("alice", {.held_session = session}), 10);
    EXPECT_EQ(failures_let_in("alice", {.session = session.text()}), 0) << "one device, one budget";
}

TEST_F(LoginThrottle, LetsNoMoreInAtOnceThanItCanPayFor) {
    std::vector<login_throttle::admission> open;
    for (int i = 0; i < 500; ++i) {
        auto let_in = throttle->admit("alice", std::to_string(i), {});
        if (std::holds_alternative<login_throttle::ticket>(let_in)) open.push_back(std::move(let_in));
    }
    EXPECT_EQ(open.size(), login_throttle::parallel);
    for (auto& each : open)
        std::get<login_throttle::ticket>(each).failed();
    open.clear();
    clock.advance((login_throttle::parallel - 10) * 15min);
    EXPECT_NE(fail("alice", {}), 0s) << "all that failed at once are paid for";
    clock.advance(15min);
    EXPECT_EQ(fail("alice", {}), 0s);
}

TEST_F(LoginThrottle, LetsManyInAtOnceWhileLoginsSucceed) {
    ASSERT_TRUE(succeed("alice", {}));
    std::vector<login_throttle::admission> open;
    for (int i = 0; i < 500; ++i)
        open.push_back(throttle->admit("alice", "right", {}));
    for (const auto& each : open)
        EXPECT_TRUE(std::holds_alternative<login_throttle::ticket>(each));
}

TEST_F(LoginThrottle, SlowsStrangersDownAfterAHundredFailuresInARow) {
    int failed = failures_let_in("alice", {});
    while (failed < 100) {
        clock.advance(15min);
        failed += failures_let_in("alice", {});
    }
    clock.advance(15min);
    EXPECT_EQ(failures_let_in("alice", {}), 1);
    clock.advance(59min);
    EXPECT_EQ(failures_let_in("alice", {}), 0);
    clock.advance(1min);
    EXPECT_EQ(failures_let_in("alice", {}), 1);
    clock.advance(1h);
    ASSERT_TRUE(succeed("alice", {.mark = throttle->mark_for("alice", {})}));
    EXPECT_EQ(failures_let_in("alice", {}), 1);
    clock.advance(15min);
    EXPECT_EQ(failures_let_in("alice", {}), 1) << "a success ends the row";
}

TEST_F(LoginThrottle, GivesADeviceANewMarkWhenItsOwnGrowsOld) {
    const auto mark = throttle->mark_for("alice", "nonsense");
    EXPECT_FALSE(mark.empty());
    EXPECT_TRUE(throttle->mark_for("alice", mark).empty());
    EXPECT_FALSE(throttle->mark_for("bob", mark).empty());
    clock.advance(24h * 31);
    EXPECT_FALSE(throttle->mark_for("alice", mark).empty());
    EXPECT_TRUE(make({.device_marks = false})->mark_for("alice", {}).empty());
}

TEST_F(LoginThrottle, AFloodOfNamesDoesNotMakeItForgetAnExhaustedAccount) {
    (void)failures_let_in("alice", {});
    for (int i = 0; i < 100'000; ++i)
        (void)fail("name" + std::to_string(i), {});
    EXPECT_NE(fail("alice", {}), 0s);
}

TEST_F(LoginThrottle, AClockThatIsSetBackMakesNobodyWaitLonger) {
    const auto session = throttle->session_for("alice");
    const origin device{.held_session = session};
    (void)failures_let_in("alice", {});
    (void)failures_let_in("alice", device);
    clock.advance(2min);
    EXPECT_EQ(fail("alice", {}), 13min);
    for (const auto step :
         {std::chrono::seconds(1), std::chrono::seconds(24h), std::chrono::seconds(24h * 300)}) {
        clock.advance(-step);
        EXPECT_EQ(fail("alice", {}), 13min) << step;
        EXPECT_EQ(fail("alice", device), 3min) << step;
    }
    clock.advance(3min);
    EXPECT_EQ(failures_let_in("alice", device), 1);
    clock.advance(10min);
    EXPECT_EQ(failures_let_in("alice", {}), 1);
}

TEST_F(LoginThrottle, AClockThatIsSetBackDoesNotLetEverybodyInAtOnce) {
    ASSERT_TRUE(succeed("alice", {}));
    clock.advance(1h);
    ASSERT_EQ(fail("bob", {}), 0s);
    clock.advance(-3h);
    std::vector<login_throttle::admission> open;
    for (int i = 0; i < 500; ++i) {
        auto let_in = throttle->admit("alice", std::to_string(i), {});
        if (std::holds_alternative<login_throttle::ticket>(let_in)) open.push_back(std::move(let_in));
    }
    EXPECT_EQ(open.size(), login_throttle::parallel);
}

TEST_F(LoginThrottle, CountsWhatItSaidAndWhy) {
    EXPECT_EQ(failures_let_in("alice", {.address = home}), 10);
    EXPECT_EQ(fail("bob", {.address = home}, "same"), 0s);
    EXPECT_EQ(fail("bob", {.address = home}, "same"), 0s);
    const auto& counts = throttle->metrics();
    EXPECT_EQ(counts.admitted, 12U);
    EXPECT_EQ(counts.refused_by_account, 1U);
    EXPECT_EQ(counts.refused_by_address, 0U);
    EXPECT_EQ(counts.failures, 11U);
    EXPECT_EQ(counts.repeats, 1U);
    int names = 0;
    while (fail("name " + std::to_string(names), {.address = home}) == 0s)
        ++names;
    EXPECT_EQ(names, 89);
    EXPECT_EQ(counts.refused_by_account, 1U);
    EXPECT_EQ(counts.refused_by_address, 1U);
}

TEST_F(LoginThrottle, TellsTheLogOnceAMinuteAndNamesNobody) {
    const auto lines_of = [](const auto& work) {
        testing::internal::CaptureStderr();
        work();
        return testing::internal::GetCapturedStderr();
    };
    const auto refuse = [&] {
        for (int i = 0; i < 30; ++i)
            fail("alice", {.address = home});
    };
    const auto first = lines_of(refuse);
    EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 1);
    EXPECT_NE(first.find("login attempts are refused (429)"), std::string::npos);
    EXPECT_EQ(first.find("alice"), std::string::npos);
    EXPECT_EQ(first.find(home), std::string::npos);
    clock.advance(59s);
    EXPECT_EQ(lines_of(refuse), "");
    clock.advance(1s);
    EXPECT_NE(lines_of(refuse).find("by_account_since_start=51"), std::string::npos);
}

}  // namespace
}  // namespace latchkey::throttle
