// What every sessions::session_store does, and what users::user_store and clients::client_store do to
// sessions.
#include "sessions/session_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "conformance/backing.hpp"
#include "support/run_task.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;
using sessions::refreshed;
using sessions::session;
using sessions::session_id;

/// Any task as one that yields a value, so that different calls can race in one run_all().
template <class T>
task<bool> succeeds(task<result<T>> work) {
    const auto outcome = co_await std::move(work);
    co_return outcome.has_value();
}

class SessionStore : public testing::TestWithParam<make_backing> {
protected:
    sessions::session_store& sessions() { return backing_->sessions(); }
    users::user_store& users() { return backing_->users(); }
    manual_clock& clock() { return backing_->clock; }

    users::user add_user(const std::string& name) {
        auto made = make_user(clock(), name);
        made.user.scopes = {"items", "me"};
        EXPECT_TRUE(run(users().insert(made, name)));
        return made.user;
    }
    errc opening_error(const session& opened) {
        const auto outcome = run(sessions().open(opened, clock().now()));
        return outcome ? errc{} : outcome.error();
    }
    session open(const users::user_id& user, const std::string& client = "") {
        clock().advance(1ms);  // a login of its own millisecond
        const auto opened = make_session(clock(), user, client);
        EXPECT_EQ(opening_error(opened), errc{});
        return opened;
    }
    result<refreshed> refresh(const session& s, std::uint32_t presented, const std::string& client = "") {
        return run(sessions().refresh(s.id, presented, client));
    }
    errc refresh_error(const session& s, std::uint32_t presented, const std::string& client = "") {
        const auto outcome = refresh(s, presented, client);
        return outcome ? errc{} : outcome.error();
    }
    bool is_there(const session& s) { return run(sessions().find(s.id)).has_value(); }
    bool tokens_are_dead(const session& s) {
        return backing_->revocations.ended(s.id.value, std::max(clock().now(), s.created_at));
    }
    bool is_over(const session& s) {
        return !is_there(s) && tokens_are_dead(s) && refresh_error(s, 0) == errc::invalid_refresh_token;
    }

    std::unique_ptr<backing> backing_ = GetParam()();
    users::user alice_ = add_user("alice");
};

TEST_P(SessionStore, KeepsEveryMemberOfASession) {
    auto opened = make_session(clock(), alice_.id, "spa");
    opened.counter = 4'000'000'000U;
    opened.rotations = {clock().now() - 2ms, clock().now() - 1ms, unix_time{-1ms}};
    opened.last_used_at += 1ms;
    ASSERT_EQ(opening_error(opened), errc{});
    const auto kept = run(sessions().find(opened.id)).value();
    EXPECT_EQ(kept.id, opened.id);
    EXPECT_EQ(kept.user, opened.user);
    EXPECT_EQ(kept.client_id, opened.client_id);
    EXPECT_EQ(kept.scope, opened.scope);
    EXPECT_EQ(kept.counter, opened.counter);
    EXPECT_EQ(kept.rotations, opened.rotations);
    EXPECT_EQ(kept.created_at, opened.created_at);
    EXPECT_EQ(kept.last_used_at, opened.last_used_at);
    EXPECT_EQ(kept.expires_at, opened.expires_at);
    EXPECT_EQ(kept.user_agent, opened.user_agent);
    EXPECT_EQ(kept.address, opened.address);
}

TEST_P(SessionStore, AnswersForWhatIsNotThere) {
    const auto nowhere = make_session(clock(), alice_.id);
    EXPECT_EQ(run(sessions().find(nowhere.id)).error(), errc::not_found);
    EXPECT_EQ(run(sessions().end(nowhere.id, std::nullopt)).error(), errc::not_found);
    EXPECT_EQ(refresh_error(nowhere, 0), errc::invalid_refresh_token);
    EXPECT_EQ(run(sessions().end_all(alice_.id, std::nullopt)).value(), 0U);
    EXPECT_TRUE(run(sessions().list(alice_.id, 10)).value().empty());
    EXPECT_EQ(run(sessions().count()).value(), 0U);
    EXPECT_FALSE(tokens_are_dead(nowhere)) << "what never was leaves no note";
}

TEST_P(SessionStore, RemembersHowManyItCountedLast) {
    EXPECT_EQ(sessions().metrics().kept, -1) << "nobody has asked";
    open(alice_.id);
    open(alice_.id);
    EXPECT_EQ(run(sessions().count()).value(), 2U);
    open(alice_.id);
    EXPECT_EQ(sessions().metrics().kept, 2);
    EXPECT_EQ(run(sessions().count()).value(), 3U);
    EXPECT_EQ(sessions().metrics().kept, 3);
}

TEST_P(SessionStore, OpensNoSessionForAnAccountThatChangedSinceItWasRead) {
    const auto read_at = clock().now();
    clock().advance(1ms);
    ASSERT_TRUE(run(users().set_password(alice_.id, "new hash", std::nullopt)));
    EXPECT_EQ(run(sessions().open(make_session(clock(), alice_.id), read_at)).error(),
              errc::invalid_credentials);
    EXPECT_EQ(opening_error(make_session(clock(), alice_.id)), errc::invalid_credentials)
        << "in the very millisecond its tokens are dead as well";
    clock().advance(1ms);
    EXPECT_EQ(opening_error(make_session(clock(), alice_.id)), errc{});
    ASSERT_TRUE(run(users().set_disabled(alice_.id, true)));
    clock().advance(1h);
    EXPECT_EQ(opening_error(make_session(clock(), alice_.id)), errc::invalid_credentials);
    ASSERT_TRUE(run(users().remove(alice_.id)));
    EXPECT_EQ(opening_error(make_session(clock(), alice_.id)), errc::invalid_credentials);
    EXPECT_EQ(run(sessions().count()).value(), 0U);
}

TEST_P(SessionStore, ARefreshRotatesAndAnswersWithTheUserAsItIsNow) {
    const auto s = open(alice_.id);
    clock().advance(5min);
    ASSERT_TRUE(run(users().update(alice_.id, {.email = {}, .scopes = std::vector<std::string>{"me"}})));
    const auto answer = refresh(s, 0).value();
    EXPECT_EQ(answer.successor, 1U);
    EXPECT_EQ(answer.session.id, s.id);
    EXPECT_EQ(answer.session.counter, 1U);
    EXPECT_EQ(answer.user.id, alice_.id);
    EXPECT_EQ(answer.user.username, "alice");
    EXPECT_EQ(answer.user.scopes, std::vector<std::string>{"me"});
    EXPECT_EQ(answer.authenticated_at, clock().now());
    const auto kept = run(sessions().find(s.id)).value();
    EXPECT_EQ(kept.counter, 1U);
    EXPECT_EQ(kept.last_used_at, clock().now());
    EXPECT_EQ(kept.rotations, std::vector<unix_time>{clock().now()});
    EXPECT_EQ(refresh(s, 1).value().successor, 2U);
}

TEST_P(SessionStore, ARepeatInsideTheWindowGetsTheSameSuccessor) {
    const auto s = open(alice_.id);
    ASSERT_EQ(refresh(s, 0).value().successor, 1U);
    clock().advance(10s);
    EXPECT_EQ(refresh(s, 0).value().successor, 1U);
    EXPECT_EQ(refresh(s, 1).value().successor, 2U);
    EXPECT_TRUE(is_there(s));
}

TEST_P(SessionStore, AReplayAfterTheWindowEndsTheSessionAndItsTokens) {
    const auto s = open(alice_.id);
    const auto other = open(alice_.id);
    ASSERT_EQ(refresh_error(s, 0), errc{});
    clock().advance(10s + 1ms);
    EXPECT_FALSE(tokens_are_dead(s));
    EXPECT_EQ(refresh_error(s, 0), errc::refresh_token_reused);
    EXPECT_EQ(refresh_error(s, 1), errc::invalid_refresh_token);
    EXPECT_TRUE(is_over(s));
    EXPECT_TRUE(is_there(other));
    EXPECT_FALSE(tokens_are_dead(other));
}

TEST_P(SessionStore, ACounterThatWasNeverIssuedChangesNothing) {
    const auto s = open(alice_.id);
    EXPECT_EQ(refresh_error(s, 1), errc::invalid_refresh_token);
    EXPECT_EQ(refresh_error(s, 0), errc{});
}

TEST_P(SessionStore, AnotherClientsRefreshIsRefusedAndChangesNothing) {
    const auto s = open(alice_.id, "spa");
    EXPECT_EQ(refresh_error(s, 0, "other"), errc::invalid_refresh_token);
    EXPECT_EQ(refresh_error(s, 0, ""), errc::invalid_refresh_token);
    EXPECT_EQ(refresh(s, 0, "spa").value().successor, 1U);
    const auto free = open(alice_.id);
    EXPECT_EQ(refresh_error(free, 0, "any"), errc{});
}

TEST_P(SessionStore, AnExpiredSessionIsNeitherRefreshedNorFoundNorListed) {
    auto absolute = make_session(clock(), alice_.id);
    absolute.expires_at = clock().now() + 1h;
    ASSERT_EQ(opening_error(absolute), errc{});
    const auto other = open(alice_.id);
    clock().advance(1h - 2ms);
    EXPECT_EQ(refresh_error(absolute, 0), errc{});
    clock().advance(1ms);
    EXPECT_FALSE(is_there(absolute));
    EXPECT_EQ(run(sessions().list(alice_.id, 10)).value().size(), 1U);
    EXPECT_EQ(refresh_error(absolute, 1), errc::invalid_refresh_token);
    EXPECT_TRUE(is_there(other));

    auto long_lived = make_session(clock(), alice_.id);
    long_lived.expires_at = clock().now() + 24h * 90;
    ASSERT_EQ(opening_error(long_lived), errc{});
    clock().advance(24h * 14 - 1ms);
    EXPECT_TRUE(is_there(long_lived));
    clock().advance(1ms);
    EXPECT_FALSE(is_there(long_lived));
    EXPECT_TRUE(run(sessions().list(alice_.id, 10)).value().empty());
    EXPECT_EQ(refresh_error(long_lived, 0), errc::invalid_refresh_token);
}

TEST_P(SessionStore, AClockThatStepsBackAndForthEndsNothingAndRevivesNothing) {
    const auto s = open(alice_.id);
    ASSERT_EQ(refresh_error(s, 0), errc{});
    clock().advance(-24h * 365);
    EXPECT_EQ(refresh(s, 0).value().successor, 1U) << "a lost answer, asked for again";
    EXPECT_EQ(refresh(s, 1).value().successor, 2U);
    clock().advance(24h * 365);
    ASSERT_EQ(run(sessions().list(alice_.id, 10)).value().size(), 0U)
        << "a year without use, as far as one can tell";

    const auto ended = open(alice_.id);
    clock().advance(2h);
    const auto late = refresh(ended, 0).value().authenticated_at;
    clock().advance(-1h);
    ASSERT_TRUE(run(sessions().end(ended.id, std::nullopt)));
    EXPECT_TRUE(backing_->revocations.ended(ended.id.value, late)) << "a token of before the step back";
}

TEST_P(SessionStore, ListsTheNewestFirstAndOnlyTheirOwners) {
    std::vector<session_id> opened;
    for (int i = 0; i < 5; ++i)
        opened.push_back(open(alice_.id).id);
    const auto bob = add_user("bob");
    open(bob.id);
    std::reverse(opened.begin(), opened.end());
    std::vector<session_id> listed;
    for (const auto& each : run(sessions().list(alice_.id, 10)).value())
        listed.push_back(each.id);
    EXPECT_EQ(listed, opened);
    const auto page = run(sessions().list(alice_.id, 2)).value();
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].id, opened[0]);
    EXPECT_TRUE(run(sessions().list(alice_.id, 0)).value().empty());
    EXPECT_EQ(run(sessions().count()).value(), 6U);
}

TEST_P(SessionStore, EndsOneSessionForItsOwnerOnly) {
    const auto mallory = add_user("mallory");
    const auto s = open(alice_.id);
    const auto other = open(alice_.id);
    EXPECT_EQ(run(sessions().end(s.id, mallory.id)).error(), errc::not_found);
    EXPECT_TRUE(is_there(s));
    EXPECT_FALSE(tokens_are_dead(s));
    ASSERT_TRUE(run(sessions().end(s.id, alice_.id)));
    EXPECT_TRUE(is_over(s));
    EXPECT_EQ(run(sessions().end(s.id, alice_.id)).error(), errc::not_found);
    EXPECT_TRUE(is_there(other));
    ASSERT_TRUE(run(sessions().end(other.id, std::nullopt)));
    EXPECT_TRUE(is_over(other));
}

TEST_P(SessionStore, EndsAllOfAUserButTheOneToKeep) {
    const auto bob = add_user("bob");
    const auto first = open(alice_.id);
    const auto kept = open(alice_.id);
    const auto last = open(alice_.id);
    const auto others = open(bob.id);
    EXPECT_EQ(run(sessions().end_all(alice_.id, kept.id)).value(), 2U);
    EXPECT_TRUE(is_over(first));
    EXPECT_TRUE(is_over(last));
    EXPECT_TRUE(is_there(kept));
    EXPECT_EQ(run(sessions().end_all(alice_.id, std::nullopt)).value(), 1U);
    EXPECT_TRUE(is_over(kept));
    EXPECT_TRUE(is_there(others));
    EXPECT_FALSE(tokens_are_dead(others));
}

TEST_P(SessionStore, ANewPasswordEndsTheSessionsButTheOneThatAskedForIt) {
    const auto bob = add_user("bob");
    const auto kept = open(alice_.id);
    const auto ended = open(alice_.id);
    const auto others = open(bob.id);
    clock().advance(1min);
    ASSERT_TRUE(run(users().set_password(alice_.id, "new hash", kept.id.value)));
    EXPECT_TRUE(is_over(ended));
    EXPECT_TRUE(is_there(others));
    ASSERT_TRUE(is_there(kept));
    EXPECT_FALSE(tokens_are_dead(kept)) << "they die with the user's";
    EXPECT_TRUE(backing_->revocations.ended(alice_.id.value, clock().now()));
    const auto next = refresh(kept, 0).value();
    EXPECT_FALSE(backing_->revocations.ended(alice_.id.value, next.authenticated_at))
        << "the token of a refresh in the same millisecond lives";
    ASSERT_TRUE(run(users().set_password(alice_.id, "third", others.id.value)));
    EXPECT_TRUE(is_over(kept)) << "another user's session saves nothing";
    EXPECT_TRUE(is_there(others));
}

TEST_P(SessionStore, DisablingAndRemovingAUserEndTheirSessionsForGood) {
    const auto disabled = open(alice_.id);
    ASSERT_TRUE(run(users().set_disabled(alice_.id, true)));
    EXPECT_TRUE(is_over(disabled));
    ASSERT_TRUE(run(users().set_disabled(alice_.id, false)));
    EXPECT_TRUE(is_over(disabled));
    clock().advance(1ms);
    const auto removed = open(alice_.id);
    ASSERT_TRUE(run(users().remove(alice_.id)));
    EXPECT_TRUE(is_over(removed));
    EXPECT_EQ(run(sessions().count()).value(), 0U);
}

TEST_P(SessionStore, TheExpiredAreRemovedAsOthersComeAndNothingElse) {
    const auto opened_for = [this](std::chrono::hours life) {
        clock().advance(2s);
        auto made = make_session(clock(), alice_.id);
        made.expires_at = clock().now() + life;
        EXPECT_EQ(opening_error(made), errc{});
        return made;
    };
    const auto count = [this] { return run(sessions().count()).value(); };
    for (int i = 0; i < 7; ++i)
        opened_for(24h * 10);
    const auto idle = opened_for(24h * 90);
    const auto used = opened_for(24h * 90);
    EXPECT_EQ(count(), 9U);
    clock().advance(24h * 10);
    ASSERT_TRUE(refresh(used, 0));
    opened_for(24h * 90);
    EXPECT_EQ(count(), 3U);
    EXPECT_TRUE(is_there(idle));
    clock().advance(24h * 4);  // two weeks since it was used
    const auto fresh = opened_for(24h * 10);
    EXPECT_EQ(count(), 3U);
    EXPECT_TRUE(is_there(used));
    EXPECT_TRUE(is_there(fresh));

    for (std::uint32_t counter = 1; counter <= 8; ++counter) {  // to its absolute end
        clock().advance(24h * 9);
        ASSERT_TRUE(refresh(used, counter));
    }
    clock().advance(24h * 9);
    opened_for(24h * 10);
    EXPECT_FALSE(is_there(used));
    EXPECT_EQ(count(), 1U);
}

TEST_P(SessionStore, OfManyWithTheSameTokenAllGetTheOneSuccessor) {
    const auto s = open(alice_.id);
    for (std::uint32_t round = 0; round < 5; ++round) {
        std::vector<task<result<refreshed>>> works;
        for (int i = 0; i < 100; ++i)
            works.push_back(sessions().refresh(s.id, round, ""));
        for (const auto& each : run_all(std::move(works)))
            EXPECT_EQ(each.value().successor, round + 1);
        EXPECT_EQ(run(sessions().find(s.id)).value().counter, round + 1);
    }
}

TEST_P(SessionStore, ManySessionsAreRefreshedIndependently) {
    std::vector<session> opened;
    for (int i = 0; i < 50; ++i)
        opened.push_back(open(alice_.id));
    for (std::uint32_t round = 0; round < 4; ++round) {
        std::vector<task<result<refreshed>>> works;
        for (const auto& each : opened)
            works.push_back(sessions().refresh(each.id, round, ""));
        const auto outcomes = run_all(std::move(works));
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            EXPECT_EQ(outcomes[i].value().session.id, opened[i].id);
            EXPECT_EQ(outcomes[i].value().successor, round + 1);
        }
    }
}

/// Refreshes until it is refused, from the counter on; whether what the last success answered is dead now.
task<bool> refresh_until_refused(sessions::session_store& store, const tokens::revocations& revocations,
                                 session_id id) {
    unix_time last{};
    users::user_id user{};
    for (std::uint32_t counter = 0;; ++counter) {
        const auto outcome = co_await store.refresh(id, counter, "");
        if (!outcome) break;
        last = outcome->authenticated_at;
        user = outcome->user.id;
    }
    co_return last == unix_time{} || revocations.ended(id.value, last) || revocations.ended(user.value, last);
}

/// What ends a session while its owner refreshes it as fast as it can.
class SessionRace : public SessionStore {
protected:
    void race(std::function<task<bool>(const session&)> ending) {
        for (int round = 0; round < 20; ++round) {
            ASSERT_TRUE(run(users().set_disabled(alice_.id, false)));  // the round before may have
            const auto s = open(alice_.id);
            std::vector<task<bool>> works;
            works.push_back(refresh_until_refused(sessions(), backing_->revocations, s.id));
            works.push_back(ending(s));
            const auto outcomes = run_all(std::move(works));
            EXPECT_TRUE(outcomes[0]) << "a refresh that was answered left a token that lives on";
            EXPECT_TRUE(outcomes[1]);
            EXPECT_TRUE(is_over(s));
        }
    }
};

TEST_P(SessionRace, RefreshAgainstRevocation) {
    race([this](const session& s) { return succeeds<void>(sessions().end(s.id, std::nullopt)); });
}

TEST_P(SessionRace, RefreshAgainstLogoutEverywhere) {
    race([this](const session& s) {
        return succeeds<std::uint64_t>(sessions().end_all(s.user, std::nullopt));
    });
}

TEST_P(SessionRace, RefreshAgainstAPasswordChange) {
    race([this](const session& s) {
        return succeeds<void>(users().set_password(s.user, "new", std::nullopt));
    });
}

TEST_P(SessionRace, RefreshAgainstDisabling) {
    race([this](const session& s) { return succeeds<users::user>(users().set_disabled(s.user, true)); });
}

TEST_P(SessionStore, OfLoginsAndAPasswordChangeAtOnceNoOldOneSurvives) {
    for (int round = 0; round < 20; ++round) {
        clock().advance(1ms);
        std::vector<task<bool>> works;
        const auto read_at = clock().now();
        clock().advance(1ms);
        for (int i = 0; i < 8; ++i) {
            if (i == 4) works.push_back(succeeds<void>(users().set_password(alice_.id, "new", std::nullopt)));
            works.push_back(succeeds<void>(sessions().open(make_session(clock(), alice_.id), read_at)));
        }
        run_all(std::move(works));
        EXPECT_EQ(run(sessions().count()).value(), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, SessionStore, testing::Values(&make_sqlite_backing));
INSTANTIATE_TEST_SUITE_P(Sqlite, SessionRace, testing::Values(&make_sqlite_backing));

}  // namespace
}  // namespace latchkey::test
