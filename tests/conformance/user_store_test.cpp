// What every users::user_store does.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "conformance/backing.hpp"
#include "support/run_task.hpp"
#include "users/username.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;

class UserStore : public testing::TestWithParam<make_backing> {
protected:
    users::user_store& users() { return backing_->users(); }
    manual_clock& clock() { return backing_->clock; }

    users::user add(const std::string& name) {
        auto made = make_user(clock(), name);
        EXPECT_TRUE(run(users().insert(made, name)).has_value());
        return made.user;
    }
    bool ended(const users::user& whose, unix_time authenticated_at) {
        return backing_->revocations.ended(whose.id.value, authenticated_at);
    }
    std::string hash_of(const std::string& name) {
        return run(users().find_by_username(name)).value().password_hash;
    }

    std::unique_ptr<backing> backing_ = GetParam()();
};

TEST_P(UserStore, KeepsEveryMemberOfAnAccount) {
    auto made = make_user(clock(), "Zo\u00EB");
    made.user.email = "zoe@example.org";
    made.user.scopes = {"write", "admin", "write"};
    made.user.updated_at += 1ms;
    made.user.password_changed_at += 2ms;
    ASSERT_TRUE(run(users().insert(made, "zo\u00EB")));

    const auto found = run(users().find_by_username("zo\u00EB")).value();
    EXPECT_EQ(found.user.id, made.user.id);
    EXPECT_EQ(found.user.username, "Zo\u00EB");
    EXPECT_EQ(found.user.email, "zoe@example.org");
    EXPECT_EQ(found.user.scopes, (std::vector<std::string>{"admin", "write"}));
    EXPECT_FALSE(found.user.disabled);
    EXPECT_EQ(found.user.created_at, made.user.created_at);
    EXPECT_EQ(found.user.updated_at, made.user.updated_at);
    EXPECT_EQ(found.user.password_changed_at, made.user.password_changed_at);
    EXPECT_EQ(found.password_hash, made.password_hash);
    EXPECT_EQ(run(users().find_by_id(made.user.id)).value().username, "Zo\u00EB");
}

TEST_P(UserStore, AnswersNotFoundForWhatIsNotThere) {
    const users::user_id nobody{crypto::uuid::v7(clock().now())};
    EXPECT_EQ(run(users().find_by_username("nobody")).error(), errc::not_found);
    EXPECT_EQ(run(users().find_by_username("\x01")).error(), errc::not_found);
    EXPECT_EQ(run(users().find_by_username("")).error(), errc::not_found);
    EXPECT_EQ(run(users().find_by_id(nobody)).error(), errc::not_found);
    EXPECT_EQ(run(users().update(nobody, {})).error(), errc::not_found);
    EXPECT_EQ(run(users().set_password(nobody, "h")).error(), errc::not_found);
    EXPECT_EQ(run(users().set_disabled(nobody, true)).error(), errc::not_found);
    EXPECT_EQ(run(users().remove(nobody)).error(), errc::not_found);
}

TEST_P(UserStore, RefusesASecondAccountOfTheSameCanonicalName) {
    const auto first = users::parse_username("Stra\u00DFe").value();
    const auto second = users::parse_username("STRASSE").value();
    ASSERT_TRUE(run(users().insert(make_user(clock(), first.display), first.canonical)));
    EXPECT_EQ(run(users().insert(make_user(clock(), second.display), second.canonical)).error(),
              errc::username_taken);
    EXPECT_EQ(run(users().count()).value(), 1U);
    EXPECT_EQ(run(users().find_by_username(second.canonical)).value().user.username, "Stra\u00DFe");
}

TEST_P(UserStore, TakesANameForDataNotForSql) {
    add("x'; DROP TABLE users; --");
    add("%");
    EXPECT_EQ(run(users().count()).value(), 2U);
    EXPECT_EQ(run(users().find_by_username("_")).error(), errc::not_found);
}

TEST_P(UserStore, ListsInTheOrderOfCreationPageByPage) {
    std::vector<std::string> names;
    for (int i = 0; i < 7; ++i) {
        names.push_back("user" + std::to_string(9 - i));
        add(names.back());
        clock().advance(1ms);
    }
    std::vector<std::string> seen;
    std::optional<users::user_id> after;
    for (;;) {
        const auto page = run(users().list(after, 3)).value();
        EXPECT_LE(page.size(), 3U);
        if (page.empty()) break;
        for (const auto& each : page)
            seen.push_back(each.username);
        after = page.back().id;
    }
    EXPECT_EQ(seen, names);
    EXPECT_TRUE(run(users().list(std::nullopt, 0)).value().empty());
}

TEST_P(UserStore, UpdatesOnlyWhatIsGiven) {
    const auto user = add("alice");
    clock().advance(5s);
    auto changed = run(users().update(user.id, {.email = "a@b.c", .scopes = {}})).value();
    EXPECT_EQ(changed.email, "a@b.c");
    EXPECT_EQ(changed.updated_at, clock().now());
    changed =
        run(users().update(user.id, {.email = {}, .scopes = std::vector<std::string>{"z", "a"}})).value();
    EXPECT_EQ(changed.email, "a@b.c");
    EXPECT_EQ(changed.scopes, (std::vector<std::string>{"a", "z"}));
    changed = run(users().update(user.id, {.email = "", .scopes = {}})).value();
    EXPECT_EQ(changed.email, std::nullopt);
    EXPECT_EQ(run(users().find_by_id(user.id)).value().email, std::nullopt);
    EXPECT_FALSE(ended(user, user.created_at));
}

TEST_P(UserStore, ANewPasswordEndsTheTokensOfBefore) {
    const auto user = add("alice");
    const auto other = add("bob");
    clock().advance(5s);
    ASSERT_TRUE(run(users().set_password(user.id, "new hash")));
    EXPECT_EQ(hash_of("alice"), "new hash");
    EXPECT_EQ(run(users().find_by_id(user.id)).value().password_changed_at, clock().now());
    EXPECT_TRUE(ended(user, clock().now()));
    EXPECT_FALSE(ended(user, clock().now() + 1ms));
    EXPECT_FALSE(ended(other, user.created_at));
}

TEST_P(UserStore, AHashIsUpgradedOnlyWhileItIsTheExpectedOne) {
    const auto user = add("alice");
    ASSERT_TRUE(run(users().upgrade_hash(user.id, "hash of alice", "better")));
    EXPECT_EQ(hash_of("alice"), "better");
    ASSERT_TRUE(run(users().upgrade_hash(user.id, "hash of alice", "stale")));
    EXPECT_EQ(hash_of("alice"), "better");
    EXPECT_FALSE(ended(user, user.created_at));
}

TEST_P(UserStore, ADisabledAccountsTokensAreDeadHoweverFresh) {
    const auto user = add("alice");
    EXPECT_TRUE(run(users().set_disabled(user.id, true)).value().disabled);
    EXPECT_TRUE(run(users().find_by_id(user.id)).value().disabled);
    EXPECT_TRUE(ended(user, clock().now() + 1000h));
    clock().advance(1s);
    ASSERT_TRUE(run(users().set_password(user.id, "new hash")));
    EXPECT_TRUE(ended(user, clock().now() + 1000h)) << "a new password must not shorten the block";
}

TEST_P(UserStore, EnablingRevivesNoTokenOfBefore) {
    const auto user = add("alice");
    ASSERT_TRUE(run(users().set_disabled(user.id, true)));
    clock().advance(1s);
    EXPECT_FALSE(run(users().set_disabled(user.id, false)).value().disabled);
    EXPECT_TRUE(ended(user, clock().now()));
    EXPECT_FALSE(ended(user, clock().now() + 1ms));
}

TEST_P(UserStore, EnablingAnEnabledAccountEndsNothing) {
    const auto user = add("alice");
    ASSERT_TRUE(run(users().set_disabled(user.id, false)));
    EXPECT_FALSE(ended(user, user.created_at));
}

TEST_P(UserStore, AClockThatIsSetBackRevivesNoToken) {
    const auto user = add("alice");
    clock().advance(10s);
    ASSERT_TRUE(run(users().set_password(user.id, "second")));
    const auto dead = clock().now();
    clock().advance(-5s);
    ASSERT_TRUE(run(users().set_password(user.id, "third")));
    EXPECT_TRUE(ended(user, dead));
    ASSERT_TRUE(run(users().set_disabled(user.id, true)));
    ASSERT_TRUE(run(users().set_disabled(user.id, false)));
    EXPECT_TRUE(ended(user, dead));
}

TEST_P(UserStore, AClockThatWasYearsAheadLocksNobodyOut) {
    const auto user = add("alice");
    const auto right = clock().now();
    clock().advance(24h * 365);
    ASSERT_TRUE(run(users().set_password(user.id, "second")));
    clock().set(right);
    ASSERT_TRUE(run(users().set_password(user.id, "third")));
    EXPECT_FALSE(ended(user, right + 1ms));
}

TEST_P(UserStore, ARemovedAccountIsGoneAndItsTokensDead) {
    const auto user = add("alice");
    ASSERT_TRUE(run(users().remove(user.id)));
    EXPECT_EQ(run(users().find_by_username("alice")).error(), errc::not_found);
    EXPECT_TRUE(ended(user, clock().now() + 1000h));
    EXPECT_EQ(run(users().remove(user.id)).error(), errc::not_found);
    const auto again = add("alice");
    EXPECT_FALSE(ended(again, again.created_at));
}

TEST_P(UserStore, AnAccountBroughtBackWithItsIdCanBeUsedAgain) {
    const auto made = make_user(clock(), "alice");
    ASSERT_TRUE(run(users().insert(made, "alice")));
    ASSERT_TRUE(run(users().remove(made.user.id)));
    clock().advance(1s);
    ASSERT_TRUE(run(users().insert(made, "alice")));
    EXPECT_TRUE(ended(made.user, clock().now()));
    EXPECT_FALSE(ended(made.user, clock().now() + 1ms));
}

TEST_P(UserStore, SamplesAllHashesOfFewAccounts) {
    EXPECT_TRUE(run(users().sample_hashes(10)).value().empty());
    add("alice");
    add("bob");
    add("carol");
    const std::vector<std::string> all{"hash of alice", "hash of bob", "hash of carol"};
    for (const std::size_t limit : {std::size_t{3}, std::size_t{1000}}) {
        auto sample = run(users().sample_hashes(limit)).value();
        std::ranges::sort(sample);
        EXPECT_EQ(sample, all) << limit;
    }
    EXPECT_EQ(run(users().sample_hashes(2)).value().size(), 2U);
    EXPECT_TRUE(run(users().sample_hashes(0)).value().empty());
}

TEST_P(UserStore, SamplesAccountsAlikeWheneverTheyWereMade) {
    // Ids lie in the order of creation: nine in ten of these came in one minute, the others over a year.
    const auto add_with = [&](const std::string& name, const std::string& hash) {
        auto made = make_user(clock(), name);
        made.password_hash = hash;
        ASSERT_TRUE(run(users().insert(made, name)));
    };
    for (int i = 0; i < 900; ++i)
        add_with("imported" + std::to_string(i), "old");
    for (int i = 0; i < 100; ++i) {
        clock().advance(24h * 4);
        add_with("registered" + std::to_string(i), "new");
    }
    std::size_t old = 0, total = 0;
    for (int round = 0; round < 10; ++round)
        for (const auto& hash : run(users().sample_hashes(100)).value()) {
            ++total;
            old += hash == "old" ? 1 : 0;
        }
    EXPECT_EQ(total, 1000U);
    // Six standard deviations of 1,000 draws with replacement from random gaps.
    EXPECT_GT(old, 900U - 80);
    EXPECT_LT(old, 900U + 80);
}

std::vector<users::new_user> make_many(const wall_clock& clock, const std::vector<std::string>& names) {
    std::vector<users::new_user> many;
    for (const auto& name : names)
        many.push_back({make_user(clock, name), name});
    return many;
}

TEST_P(UserStore, InsertsManyAtOnceWithEveryMember) {
    auto many = make_many(clock(), {"ann", "bob", "eve"});
    many[1].stored.user.email = "bob@example.org";
    many[1].stored.user.scopes = {"write", "admin"};
    EXPECT_EQ(run(users().find_collisions(many)).value().size(), 0U);
    EXPECT_EQ(run(users().count()).value(), 0U);
    EXPECT_EQ(run(users().insert_many(many)).value().size(), 0U);
    EXPECT_EQ(run(users().count()).value(), 3U);
    const auto bob = run(users().find_by_username("bob")).value();
    EXPECT_EQ(bob.user.id, many[1].stored.user.id);
    EXPECT_EQ(bob.user.email, "bob@example.org");
    EXPECT_EQ(bob.user.scopes, (std::vector<std::string>{"admin", "write"}));
    EXPECT_EQ(bob.password_hash, "hash of bob");
    EXPECT_EQ(run(users().insert_many({})).value().size(), 0U);
}

TEST_P(UserStore, InsertsNoneOfManyWhenOneCollidesAndNamesEach) {
    const auto there = add("bob");
    auto many = make_many(clock(), {"ann", "bob", "eve", "ann", "zoe", "tim"});
    many[4].stored.user.id = there.id;
    many[5].stored.user.id = many[2].stored.user.id;
    using enum users::collision::what;
    const std::vector<users::collision> expected{{1, name}, {3, name}, {4, id}, {5, id}};
    EXPECT_EQ(run(users().find_collisions(many)).value(), expected);
    EXPECT_EQ(run(users().insert_many(many)).value(), expected);
    EXPECT_EQ(run(users().count()).value(), 1U);
    EXPECT_EQ(run(users().find_by_username("ann")).error(), errc::not_found);
    EXPECT_EQ(run(users().find_by_id(there.id)).value().username, "bob");
}

TEST_P(UserStore, ADisabledOneAmongManyHasNoLiveTokens) {
    auto many = make_many(clock(), {"ann", "bob"});
    many[1].stored.user.disabled = true;
    ASSERT_EQ(run(users().insert_many(many)).value().size(), 0U);
    EXPECT_FALSE(ended(many[0].stored.user, clock().now()));
    EXPECT_TRUE(ended(many[1].stored.user, clock().now() + 1000h));
}

TEST_P(UserStore, OfManyAtOnceExactlyOneGetsTheName) {
    std::vector<task<result<void>>> works;
    for (int i = 0; i < 200; ++i) {
        const std::string canonical = "name" + std::to_string(i % 20);
        works.push_back(users().insert(make_user(clock(), canonical), canonical));
    }
    const auto outcomes = run_all(std::move(works));
    EXPECT_EQ(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& r) { return r.has_value(); }),
              20);
    for (const auto& each : outcomes) {
        EXPECT_TRUE(each || each.error() == errc::username_taken);
    }
    EXPECT_EQ(run(users().count()).value(), 20U);
}

task<result<bool>> write_then_read(users::user_store& users, users::user_id id, std::string canonical,
                                   std::string hash) {
    auto written = co_await users.set_password(id, hash);
    if (!written) co_return written.error();
    auto read = co_await users.find_by_username(std::move(canonical));
    if (!read) co_return read.error();
    co_return read->password_hash == hash;
}

TEST_P(UserStore, EveryTaskReadsWhatItHasWritten) {
    std::vector<task<result<bool>>> works;
    for (int i = 0; i < 100; ++i) {
        const auto name = "user" + std::to_string(i);
        works.push_back(write_then_read(users(), add(name).id, name, "new " + name));
    }
    for (const auto& each : run_all(std::move(works)))
        EXPECT_TRUE(each && *each);
}

INSTANTIATE_TEST_SUITE_P(Memory, UserStore, testing::Values(&make_memory_backing));
INSTANTIATE_TEST_SUITE_P(Sqlite, UserStore, testing::Values(&make_sqlite_backing));

}  // namespace
}  // namespace latchkey::test
