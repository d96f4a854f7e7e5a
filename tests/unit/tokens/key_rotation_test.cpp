#include "tokens/key_rotation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tokens/key_ring.hpp"
#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using test::start;
using records = std::vector<key_record>;

constexpr auto day = 24h;
constexpr rotation_settings settings{.algorithm = algorithm::es256, .key_lifetime = 90 * day};
constexpr auto ahead = settings.publish_ahead;

/// The plan looks at no material.
key_record key(std::string kid, unix_time not_before, std::optional<unix_time> retired_at = {},
               algorithm a = algorithm::es256) {
    return {std::move(kid), a, {}, not_before, not_before, retired_at};
}

template <class... Key>
records of(Key... k) {
    records all;
    (all.push_back(std::move(k)), ...);
    return all;
}

/// What key_keeper and `latchkey key rotate` do with a plan. `next` numbers the kids.
void carry_out(const rotation_plan& plan, records& all, const rotation_settings& s, unix_time now,
               int& next) {
    for (const auto not_before : plan.add) {
        all.push_back(key("key" + std::to_string(1000000 + next++), not_before, {}, s.algorithm));
        all.back().created_at = now;
    }
    for (const auto& r : plan.retire)
        for (auto& k : all)
            if (k.kid == r.kid) k.retired_at = r.at;
    std::erase_if(all,
                  [&](const auto& k) { return std::ranges::find(plan.remove, k.kid) != plan.remove.end(); });
}

/// key_ring::signer's rule, without keys to load.
const key_record* signer(const records& all, algorithm a, unix_time at) {
    const key_record* best = nullptr;
    for (const auto& k : all)
        if (k.algorithm == a && k.not_before <= at && (!k.retired_at || *k.retired_at > at) &&
            (!best || std::tie(best->not_before, best->kid) < std::tie(k.not_before, k.kid)))
            best = &k;
    return best;
}

TEST(KeyRotation, GivesAnEmptyStoreAKeyThatSignsAtOnce) {
    EXPECT_EQ(plan_rotation({}, settings, start), (rotation_plan{{start}, {}, {}}));
}

TEST(KeyRotation, LeavesAYoungKeyAlone) {
    for (const auto age : {milliseconds(0), milliseconds(1h), milliseconds(90 * day - ahead - 1ms)})
        EXPECT_TRUE(plan_rotation(of(key("a", start)), settings, start + age).empty()) << age.count();
}

TEST(KeyRotation, PublishesTheSuccessorBeforeTheLifetimeEndsAndRetiresTheKeyWhenItSigns) {
    const auto now = start + 90 * day - ahead;
    EXPECT_EQ(plan_rotation(of(key("a", start)), settings, now),
              (rotation_plan{{start + 90 * day}, {{"a", start + 90 * day}}, {}}));
}

TEST(KeyRotation, GivesVerifiersTheirTimeEvenWhenItIsLate) {
    const auto now = start + 400 * day;
    EXPECT_EQ(plan_rotation(of(key("a", start)), settings, now),
              (rotation_plan{{now + ahead}, {{"a", now + ahead}}, {}}));
}

TEST(KeyRotation, RetiresAKeyWhoseSuccessorWasAddedByACrashedProcess) {
    const auto next = start + 90 * day;
    EXPECT_EQ(plan_rotation(of(key("a", start), key("b", next)), settings, next - ahead),
              (rotation_plan{{}, {{"a", next}}, {}}));
}

TEST(KeyRotation, NeverAddsWhileASuccessorIsPublished) {
    const auto now = start + 400 * day;
    EXPECT_TRUE(
        plan_rotation(of(key("a", start, now + ahead), key("b", now + ahead)), settings, now).add.empty());
    EXPECT_TRUE(
        plan_rotation(of(key("a", start, now + ahead), key("b", now + ahead)), settings, now, rotation::now)
            .empty());
}

TEST(KeyRotation, ByHandDoesNotWaitForTheLifetime) {
    for (auto lifetime : {milliseconds(0), settings.key_lifetime}) {
        auto s = settings;
        s.key_lifetime = lifetime;
        EXPECT_EQ(plan_rotation(of(key("a", start)), s, start + 1s, rotation::now),
                  (rotation_plan{{start + 1s + ahead}, {{"a", start + 1s + ahead}}, {}}));
    }
}

TEST(KeyRotation, OfLifetimeZeroNeverHappensByItself) {
    auto s = settings;
    s.key_lifetime = 0ms;
    EXPECT_TRUE(plan_rotation(of(key("a", start)), s, start + 36500 * day).empty());
}

TEST(KeyRotation, OfAShorterLifetimeThanThePublicationDoesNotPileUpKeys) {
    auto s = settings;
    s.key_lifetime = 1ms;
    records all;
    int next = 0;
    for (auto now = start; now < start + 1 * day; now += 1min)
        carry_out(plan_rotation(all, s, now), all, s, now, next);
    EXPECT_LE(next, 1 + 24 * 4);
}

TEST(KeyRotation, KeepsAKeyUntilTheLastTokenItSignedHasExpired) {
    const auto retired = start + 10 * day;
    const auto kept_for = settings.longest_token + removal_margin;
    const auto at = [&](unix_time now) {
        return plan_rotation(of(key("a", start, retired), key("b", retired)), settings, now).remove;
    };
    EXPECT_TRUE(at(retired + settings.longest_token).empty());
    EXPECT_TRUE(at(retired + kept_for).empty());
    EXPECT_EQ(at(retired + kept_for + 1ms), std::vector<std::string>{"a"});
}

TEST(KeyRotation, NeverRemovesAKeyThatIsRetiredInTheFuture) {
    const auto never = unix_time::max();
    EXPECT_TRUE(plan_rotation(of(key("a", start, never)), settings, start + 1 * day).remove.empty());
}

TEST(KeyRotation, ClosesAGapAsSoonAsItIsSeen) {
    // The only key ends in five minutes, by hand: fifteen would leave nobody to sign for ten.
    EXPECT_EQ(plan_rotation(of(key("a", start, start + 5min)), settings, start).add,
              std::vector<unix_time>{start + 5min});
    // It ends in an hour: there is time to publish.
    EXPECT_EQ(plan_rotation(of(key("a", start, start + 1h)), settings, start).add,
              std::vector<unix_time>{start + ahead});
    // It ended.
    EXPECT_EQ(plan_rotation(of(key("a", start - 1h, start)), settings, start).add,
              std::vector<unix_time>{start});
    // The next one begins only later, as after a step of the clock.
    EXPECT_EQ(plan_rotation(of(key("a", start + 1h)), settings, start).add, std::vector<unix_time>{start});
}

TEST(KeyRotation, SignsAtOnceWithTheAlgorithmThatIsNewlyConfigured) {
    const auto all = of(key("h", start, {}, algorithm::hs256));
    EXPECT_EQ(plan_rotation(all, settings, start + 1h), (rotation_plan{{start + 1h}, {}, {}}));
}

TEST(KeyRotation, RetiresAKeyOfAnotherAlgorithmAtTheEndOfItsLifetime) {
    const auto all = of(key("h", start, {}, algorithm::hs256), key("e", start + 80 * day));
    EXPECT_TRUE(plan_rotation(all, settings, start + 90 * day - 1ms).empty());
    EXPECT_EQ(plan_rotation(all, settings, start + 90 * day),
              (rotation_plan{{}, {{"h", start + 90 * day}}, {}}));
}

TEST(KeyRotation, OfTwoProcessesThatDisagreeAboutTheAlgorithmComesToRest) {
    auto other = settings;
    other.algorithm = algorithm::hs256;
    records all;
    int next = 0;
    for (auto now = start; now < start + 30 * day; now += 1h)
        for (const auto& s : {settings, other})
            carry_out(plan_rotation(all, s, now), all, s, now, next);
    EXPECT_EQ(next, 2);
}

TEST(KeyRotation, SettlesTwoKeysThatWereAddedAtOneMoment) {
    auto all = of(key("a", start), key("b", start));
    const auto plan = plan_rotation(all, settings, start + 1s);
    EXPECT_EQ(plan, (rotation_plan{{}, {{"a", start}}, {}}));
    int next = 0;
    carry_out(plan, all, settings, start + 1s, next);
    EXPECT_EQ(signer(all, settings.algorithm, start + 1s)->kid, "b");
}

TEST(KeyRotation, AgreesWithTheRingAboutWhoSigns) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        records all;
        for (int n = 0; n < 4; ++n) {
            auto k = generate_key(algorithm::hs256, start + milliseconds(random() % 4));
            if (random() % 2 == 0) k.retired_at = start + milliseconds(random() % 6);
            all.push_back(std::move(k));
        }
        const auto ring = key_ring::make(all).value();
        for (auto at = start; at < start + 6ms; at += 1ms) {
            const auto* const expected = signer(all, algorithm::hs256, at);
            const auto* const got = ring->signer(at);
            ASSERT_EQ(expected == nullptr, got == nullptr);
            if (got) {
                EXPECT_EQ(got->key->kid(), expected->kid);
            }
        }
    }
}

/// A year of a service with tokens of the longest lifetime, looked at once an hour.
struct world {
    rotation_settings s;
    records all;
    std::map<std::string, unix_time> published;
    std::map<std::string, unix_time> last_token_dies;
    int next = 0;
    unix_time begun{};

    void apply(const rotation_plan& plan, unix_time now) {
        carry_out(plan, all, s, now, next);
        for (const auto& k : all)
            published.try_emplace(k.kid, now);
    }

    /// Signs a token at `at` and checks everything that was promised.
    void use(unix_time at) {
        const auto* const k = signer(all, s.algorithm, at);
        ASSERT_NE(k, nullptr) << "nobody signs";
        const bool first = published.at(k->kid) == begun;
        ASSERT_TRUE(first || at - published.at(k->kid) >= s.publish_ahead) << k->kid << " signs too soon";
        auto& dies = last_token_dies[k->kid];
        dies = std::max(dies, at + s.longest_token);
    }

    void check_tokens(unix_time now) {
        std::erase_if(last_token_dies, [now](const auto& last) { return last.second <= now; });
        for (const auto& last : last_token_dies)
            ASSERT_TRUE(std::ranges::find(all, last.first, &key_record::kid) != all.end())
                << last.first << " is gone and a token of it lives";
        ASSERT_LE(all.size(), 8u + 2 * 25h / std::max(s.key_lifetime, milliseconds(15min)));
    }
};

class KeyRotationForAYear : public testing::TestWithParam<milliseconds> {};

TEST_P(KeyRotationForAYear, AlwaysSignsAlwaysVerifiesAndNeverSignsWithAnUnknownKey) {
    world w{.s = settings, .all = {}, .published = {}, .last_token_dies = {}, .next = 0, .begun = start};
    w.s.key_lifetime = GetParam();
    std::mt19937 random(1);
    auto asleep_until = start;
    for (auto now = start; now < start + 365 * day; now += 1h) {
        if (now >= asleep_until) {
            // Two processes read the same store, then both write; one of them may be a little behind.
            const auto one = plan_rotation(w.all, w.s, now);
            const auto two = plan_rotation(w.all, w.s, now + milliseconds(random() % 3));
            w.apply(one, now);
            if (random() % 2 == 0) w.apply(two, now);
            w.apply(plan_rotation(w.all, w.s, now), now);
            w.apply(plan_rotation(w.all, w.s, now), now);
            ASSERT_TRUE(plan_rotation(w.all, w.s, now).empty()) << "no rest";
            if (random() % 50 == 0) w.apply(plan_rotation(w.all, w.s, now, rotation::now), now);
            // Now and then nothing looks after the keys, for up to five days.
            if (random() % 100 == 0) asleep_until = now + std::chrono::hours(random() % 120);
        }
        for (auto at = now; at < now + 1h; at += 15min)
            ASSERT_NO_FATAL_FAILURE(w.use(at)) << (now - start).count();
        ASSERT_NO_FATAL_FAILURE(w.check_tokens(now)) << (now - start).count();
    }
    const auto longest_pause = milliseconds(6 * day);
    const auto fewest =
        GetParam() == 0ms ? 1 : 365 * day / (std::max(GetParam(), longest_pause) + longest_pause);
    EXPECT_GE(w.next, fewest);
}

INSTANTIATE_TEST_SUITE_P(Lifetimes, KeyRotationForAYear,
                         testing::Values(milliseconds(0), milliseconds(1ms), milliseconds(1h),
                                         milliseconds(26h), milliseconds(7 * day), milliseconds(90 * day),
                                         milliseconds(400 * day)));

}  // namespace
}  // namespace latchkey::tokens
