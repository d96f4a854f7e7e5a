// What the SQLite store promises about sessions beyond the port: they survive a reopening, the tables do not
// grow, and what one batch could spoil is undone as a whole.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>

#include "conformance/backing.hpp"
#include "support/run_task.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;
using sessions::refreshed;
using sessions::session;

class SqliteSessions : public testing::Test {
protected:
    void reopen() {
        opened_.reset();
        opened_ = std::make_unique<opened_store>(file_, clock_);
    }
    sessions::session_store& sessions() { return opened_->store->sessions(); }
    users::user_store& users() { return opened_->store->users(); }
    session open(std::chrono::seconds life = 24h * 10) {
        clock_.advance(1ms);
        auto made = make_session(clock_, alice_.user.id);
        made.expires_at = clock_.now() + life;
        EXPECT_TRUE(run(sessions().open(made, clock_.now())));
        return made;
    }
    bool is_over(const session& s) {
        return !run(sessions().find(s.id)) && opened_->revocations.ended(s.id.value, clock_.now());
    }
    /// As another program sees the file.
    int integer(const char* sql) {
        sqlite3* db = nullptr;
        EXPECT_EQ(sqlite3_open(file_.c_str(), &db), SQLITE_OK);
        int value = -1;
        const auto keep = [](void* to, int, char** columns, char**) {
            *static_cast<int*>(to) = std::atoi(columns[0]);
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(db, sql, keep, &value, nullptr), SQLITE_OK);
        sqlite3_close(db);
        return value;
    }

    temporary_directory directory_;
    std::filesystem::path file_ = directory_.path() / "latchkey.db";
    manual_clock clock_;
    users::stored_user alice_ = make_user(clock_, "alice");
    std::unique_ptr<opened_store> opened_ = std::make_unique<opened_store>(file_, clock_);

    void SetUp() override { ASSERT_TRUE(run(users().insert(alice_, "alice"))); }
};

TEST_F(SqliteSessions, RotationsAndEndingsSurviveAReopening) {
    const auto kept = open();
    const auto ended = open();
    const auto replayed = open();
    ASSERT_TRUE(run(sessions().refresh(replayed.id, 0, "")));
    clock_.advance(11s);
    ASSERT_TRUE(run(sessions().refresh(kept.id, 0, "")));
    ASSERT_TRUE(run(sessions().refresh(kept.id, 1, "")));
    ASSERT_TRUE(run(sessions().end(ended.id, std::nullopt)));
    ASSERT_FALSE(run(sessions().refresh(replayed.id, 0, "")));
    reopen();
    EXPECT_EQ(run(sessions().refresh(kept.id, 0, "")).value().successor, 1U) << "still inside the window";
    EXPECT_EQ(run(sessions().refresh(kept.id, 2, "")).value().successor, 3U);
    EXPECT_TRUE(is_over(ended));
    EXPECT_TRUE(is_over(replayed)) << "the refusal was an error to its caller, and yet it lasts";
}

TEST_F(SqliteSessions, AnotherProcessLearnsOfAnEnding) {
    const auto s = open();
    opened_store other(file_, clock_);
    ASSERT_TRUE(run(sessions().end(s.id, std::nullopt)));
    EXPECT_FALSE(other.revocations.ended(s.id.value, clock_.now()));
    ASSERT_TRUE(run(other.store->refresh_revocations()));
    EXPECT_TRUE(other.revocations.ended(s.id.value, clock_.now()));
}

TEST_F(SqliteSessions, TablesShrinkByThemselvesWhileOthersWrite) {
    for (int i = 0; i < 300; ++i)
        open();
    ASSERT_EQ(run(sessions().end_all(alice_.user.id, std::nullopt)).value(), 300U);
    for (int i = 0; i < 300; ++i)
        open();
    clock_.advance(24h * 11);
    for (int i = 0; i < 8; ++i)
        ASSERT_TRUE(run(users().update(alice_.user.id, {.email = "a@b.c", .scopes = {}})));
    EXPECT_EQ(integer("SELECT count(*) FROM sessions"), 0);
    EXPECT_EQ(integer("SELECT count(*) FROM revocations"), 0);
    opened_->revocations.forget_before(clock_.now() - 24h);
    EXPECT_EQ(opened_->revocations.size(), 0U) << "and so does what is kept in memory";
}

TEST_F(SqliteSessions, ARefreshThatBreaksFailsItsBatchAndLeavesNothing) {
    const auto s = open();
    ASSERT_EQ(integer("CREATE TRIGGER broken BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END;"
                      "SELECT 0"),
              0);
    std::vector<task<result<refreshed>>> works;
    for (int i = 0; i < 20; ++i)
        works.push_back(sessions().refresh(s.id, 0, ""));
    for (const auto& each : run_all(std::move(works)))
        EXPECT_EQ(each.error(), errc::store_unavailable);
    integer("DROP TRIGGER broken; SELECT 0");
    EXPECT_EQ(run(sessions().find(s.id)).value().counter, 0U);
    EXPECT_EQ(run(sessions().refresh(s.id, 0, "")).value().successor, 1U);
}

TEST_F(SqliteSessions, WhatIsOverIsFoundWhereverItLies) {
    const auto open_many = [this](int count, std::chrono::seconds life) {
        for (int i = 0; i < count; ++i)
            open(life);
    };
    const auto write_for = [this](int seconds) {
        for (int i = 0; i < seconds; ++i) {
            clock_.advance(1s);
            ASSERT_TRUE(run(users().update(alice_.user.id, {.email = "a@b.c", .scopes = {}})));
        }
    };
    open_many(150, 24h * 10);
    open_many(250, 1h);
    open_many(150, 24h * 10);
    open_many(50, 2h);
    write_for(20);
    EXPECT_EQ(integer("SELECT count(*) FROM sessions"), 600);
    clock_.advance(1h);
    write_for(10);
    EXPECT_EQ(integer("SELECT count(*) FROM sessions"), 350);
    clock_.advance(1h);
    write_for(10);
    EXPECT_EQ(integer("SELECT count(*) FROM sessions"), 300);
}

TEST_F(SqliteSessions, TheMoreAreOpenedTheFasterAreThoseFoundThatAreOver) {
    for (int i = 0; i < 1'200; ++i) {  // 50 a second that live for eight
        clock_.advance(19ms);
        open(8s);
    }
    EXPECT_LE(integer("SELECT count(*) FROM sessions"), 400 + 150);
}

TEST_F(SqliteSessions, WhatARefreshChangesIsInNoIndex) {
    EXPECT_EQ(integer("SELECT count(*) FROM pragma_index_list('sessions') i, pragma_index_info(i.name) c"
                      " WHERE c.name IN ('counter', 'rotations', 'last_used_at')"),
              0);
}

TEST_F(SqliteSessions, AUsersRowTakesItsSessionsAlong) {
    open();
    ASSERT_EQ(integer("PRAGMA foreign_keys=ON; DELETE FROM users; SELECT count(*) FROM sessions"), 0);
}

}  // namespace
}  // namespace latchkey::test
