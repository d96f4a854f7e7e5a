// What the SQLite store promises beyond the ports: durability, other processes, group commit, and a way back
// when it broke.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <utility>

#include "conformance/backing.hpp"
#include "support/run_task.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Another program with the file open.
class plain_sqlite {
public:
    explicit plain_sqlite(const fs::path& file) {
        if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("sqlite3_open");
    }
    plain_sqlite(const plain_sqlite&) = delete;
    plain_sqlite& operator=(const plain_sqlite&) = delete;
    ~plain_sqlite() { sqlite3_close(db_); }
    int run(const char* sql) { return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); }
    int integer(const char* sql) {
        int value = -1;
        const auto keep = [](void* to, int, char** columns, char**) {
            *static_cast<int*>(to) = std::atoi(columns[0]);
            return 0;
        };
        sqlite3_exec(db_, sql, keep, &value, nullptr);
        return value;
    }

private:
    sqlite3* db_ = nullptr;
};

class SqliteStore : public testing::Test {
protected:
    void open(bool create = true) {
        opened_ = std::make_unique<opened_store>(file_, clock_, nullptr, create);
    }
    users::user_store& users() { return opened_->store->users(); }
    users::user add(const std::string& name) {
        auto made = make_user(clock_, name);
        EXPECT_TRUE(run(users().insert(made, name)).has_value());
        return made.user;
    }
    errc insertion_error(const std::string& name) {
        auto outcome = run(users().insert(make_user(clock_, name), name));
        return outcome ? errc{} : outcome.error();
    }
    mode_t mode_of(const fs::path& path) {
        struct stat found {};
        EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
        return found.st_mode & 0777;
    }

    temporary_directory directory_;
    fs::path home_ = directory_.path() / "data" / "latchkey";
    fs::path file_ = home_ / "latchkey.db";
    manual_clock clock_;
    std::unique_ptr<opened_store> opened_;
};

TEST_F(SqliteStore, IsReadableByItsOwnerOnly) {
    const mode_t before = ::umask(0);
    open();
    add("alice");
    ::umask(before);
    EXPECT_EQ(mode_of(home_), 0700U);
    EXPECT_EQ(mode_of(file_), 0600U);
    EXPECT_EQ(mode_of(file_.string() + "-wal"), 0600U);
    EXPECT_EQ(mode_of(file_.string() + "-shm"), 0600U);
}

TEST_F(SqliteStore, TakesOtherPeoplesRightsOffAnExistingFile) {
    open();
    opened_.reset();
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    open();
    EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(SqliteStore, AccountsKeysAndRevocationsSurviveAReopening) {
    open();
    const auto alice = add("alice");
    const auto bob = add("bob");
    const auto carol = add("carol");
    clock_.advance(1s);
    ASSERT_TRUE(run(users().set_disabled(alice.id, true)));
    ASSERT_TRUE(run(users().set_password(bob.id, "new")));
    ASSERT_TRUE(run(users().remove(carol.id)));
    open();
    EXPECT_TRUE(run(users().find_by_username("alice")).value().user.disabled);
    EXPECT_EQ(run(users().find_by_username("bob")).value().password_hash, "new");
    EXPECT_EQ(run(users().count()).value(), 2U);
    EXPECT_TRUE(opened_->revocations.ended(alice.id.value, clock_.now() + 100h));
    EXPECT_TRUE(opened_->revocations.ended(bob.id.value, clock_.now()));
    EXPECT_FALSE(opened_->revocations.ended(bob.id.value, clock_.now() + 1ms));
    EXPECT_TRUE(opened_->revocations.ended(carol.id.value, clock_.now() + 100h));
}

TEST_F(SqliteStore, AnotherProcessesBlockShowsThroughTheCounterAndTheRevocations) {
    open();
    const auto alice = add("alice");
    opened_store other(file_, clock_);
    const auto before = run(opened_->store->change_counter()).value();
    EXPECT_EQ(run(opened_->store->change_counter()).value(), before);
    ASSERT_TRUE(run(other.store->users().set_disabled(alice.id, true)));
    EXPECT_NE(run(opened_->store->change_counter()).value(), before);
    EXPECT_FALSE(opened_->revocations.ended(alice.id.value, clock_.now()));
    ASSERT_TRUE(run(opened_->store->refresh_revocations()));
    EXPECT_TRUE(opened_->revocations.ended(alice.id.value, clock_.now() + 1h));
    clock_.advance(1s);
    ASSERT_TRUE(run(other.store->users().set_disabled(alice.id, false)));
    ASSERT_TRUE(run(opened_->store->refresh_revocations()));
    EXPECT_FALSE(opened_->revocations.ended(alice.id.value, clock_.now() + 1ms));
}

TEST_F(SqliteStore, ItsOwnCommitsMoveTheCounterToo) {
    open();
    const auto before = run(opened_->store->change_counter()).value();
    add("alice");
    EXPECT_NE(run(opened_->store->change_counter()).value(), before);
}

TEST_F(SqliteStore, WhatQueuesDuringACommitSharesTheNext) {
    open();
    plain_sqlite other(file_);
    ASSERT_EQ(other.run("BEGIN IMMEDIATE"), SQLITE_OK);  // the first job's batch waits for this lock
    const auto before = fs::file_size(file_.string() + "-wal");
    std::vector<task<result<void>>> works;
    for (int i = 0; i < 100; ++i) {
        const auto name = "user" + std::to_string(i);
        works.push_back(users().insert(make_user(clock_, name), name));
    }
    std::jthread release([&other] {
        std::this_thread::sleep_for(
            200ms);  // lets the others queue; too short only makes the test pass by other batches
        other.run("COMMIT");
    });
    for (const auto& each : run_all(std::move(works)))
        EXPECT_TRUE(each.has_value());
    release.join();
    // A commit of its own writes at least two pages for each job; shared ones write each page about once.
    EXPECT_LT(fs::file_size(file_.string() + "-wal") - before, 100U * 4096);
    EXPECT_EQ(run(users().count()).value(), 100U);
}

TEST_F(SqliteStore, ARefusedJobUndoesNothingOfItsNeighbours) {
    open();
    std::vector<task<result<void>>> works;
    for (int i = 0; i < 60; ++i) {
        const auto name = i % 2 == 0 ? "user" + std::to_string(i) : std::string("same");
        works.push_back(users().insert(make_user(clock_, name), name));
    }
    const auto outcomes = run_all(std::move(works));
    EXPECT_EQ(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& r) { return r.has_value(); }),
              31);
    EXPECT_EQ(run(users().count()).value(), 31U);
}

TEST_F(SqliteStore, ATransactionThatCannotCommitFailsEveryJobOfItsBatch) {
    open();
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit full = before;
    full.rlim_cur =
        fs::file_size(file_.string() + "-wal") + 4096;  // room for one page: the commit cannot be written
    add("alice");
    full.rlim_cur = fs::file_size(file_.string() + "-wal") + 4096;
    ::setrlimit(RLIMIT_FSIZE, &full);
    std::vector<task<result<void>>> works;
    for (int i = 0; i < 40; ++i) {
        auto made = make_user(clock_, "user" + std::to_string(i));
        made.password_hash = std::string(2000, 'h');
        works.push_back(users().insert(made, made.user.username));
    }
    auto outcomes = run_all(std::move(works));
    ::setrlimit(RLIMIT_FSIZE, &before);
    const auto kept =
        std::count_if(outcomes.begin(), outcomes.end(), [](const auto& r) { return r.has_value(); });
    EXPECT_LT(kept, 40);
    for (const auto& each : outcomes) {
        EXPECT_TRUE(each || each.error() == errc::store_unavailable);
    }
    add("bob");
    EXPECT_EQ(run(users().count()).value(), static_cast<std::uint64_t>(kept) + 2)
        << "all that was acknowledged, no more";
}

TEST_F(SqliteStore, AFileThatWasMovedAwayIsMissedAndFoundAgain) {
    open();
    add("alice");
    const auto away = directory_.path() / "away";
    fs::rename(home_, away);
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_EQ(run(users().find_by_username("alice")).error(), errc::store_unavailable);
    EXPECT_EQ(run(opened_->store->change_counter()).error(), errc::store_unavailable);
    EXPECT_EQ(run(opened_->store->refresh_revocations()).error(), errc::store_unavailable);
    EXPECT_FALSE(fs::exists(file_));
    fs::rename(away, home_);
    EXPECT_TRUE(run(users().find_by_username("alice")).has_value());
    EXPECT_EQ(insertion_error("bob"), errc{});
    open();
    EXPECT_EQ(run(users().count()).value(), 2U);
}

/// The writer asks it inside its transaction, so this is how a test acts between BEGIN and COMMIT.
class meddling_clock final : public wall_clock {
public:
    unix_time now() const override {
        if (meddle) std::exchange(meddle, nullptr)();
        return unix_time{std::chrono::seconds{1'800'000'000}};
    }
    mutable std::function<void()> meddle;
};

TEST_F(SqliteStore, AFileThatIsMovedDuringACommitTakesTheAcknowledgementWithIt) {
    meddling_clock clock;
    const auto away = directory_.path() / "away";
    opened_ = std::make_unique<opened_store>(file_, clock);
    const auto alice = make_user(clock, "alice");
    clock.meddle = [&] { fs::rename(home_, away); };
    EXPECT_EQ(run(users().insert(alice, "alice")).error(), errc::store_unavailable);
    fs::rename(away, home_);
    EXPECT_EQ(insertion_error("bob"), errc{});
    opened_.reset();  // before its clock
}

TEST_F(SqliteStore, WhatAJobWroteBeforeItFailedIsUndoneAlone) {
    open();
    const auto alice = add("alice");
    const auto bob = add("bob");
    clock_.advance(1s);
    // The password is written before the revocation, and only Alice's revocation is refused.
    std::string id;
    for (const auto byte : alice.id.value.bytes) {
        id += "0123456789ABCDEF"[byte >> 4];
        id += "0123456789ABCDEF"[byte & 15];
    }
    const auto trigger = "CREATE TRIGGER refuse BEFORE INSERT ON revocations WHEN NEW.id = X'" + id +
                         "' BEGIN SELECT RAISE(ABORT, 'refused'); END";
    ASSERT_EQ(plain_sqlite(file_).run(trigger.c_str()), SQLITE_OK);
    std::vector<task<result<void>>> works;
    works.push_back(users().set_password(alice.id, "new"));
    works.push_back(users().set_password(bob.id, "new"));
    const auto outcomes = run_all(std::move(works));
    EXPECT_EQ(outcomes[0].error(), errc::internal);
    EXPECT_TRUE(outcomes[1].has_value());
    EXPECT_EQ(run(users().find_by_username("alice")).value().password_hash, "hash of alice");
    EXPECT_EQ(run(users().find_by_username("bob")).value().password_hash, "new");
    EXPECT_FALSE(opened_->revocations.ended(alice.id.value, alice.created_at));
    EXPECT_TRUE(opened_->revocations.ended(bob.id.value, bob.created_at));
}

TEST_F(SqliteStore, AVanishedFileNeverComesBackEmpty) {
    open();
    add("alice");
    for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(file_.string() + suffix);
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_FALSE(fs::exists(file_));
    std::ofstream(file_).close();
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_EQ(run(users().count()).error(), errc::store_unavailable);
    EXPECT_EQ(fs::file_size(file_), 0U);
}

TEST_F(SqliteStore, AnotherStoreInItsPlaceIsNotTakenForIt) {
    open();
    add("alice");
    opened_store other(directory_.path() / "other.db", clock_);
    other.store->stop();
    other.store.reset();
    for (const char* suffix : {"-wal", "-shm"})
        fs::remove(file_.string() + suffix);
    fs::rename(directory_.path() / "other.db", file_);
    // The first attempt notices that the file is gone, the second opens what is there.
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
        EXPECT_EQ(run(users().count()).error(), errc::store_unavailable);
    }
}

TEST_F(SqliteStore, AnOlderStateOfTheStoreIsTakenOnlyByARestart) {
    open();
    const auto alice = add("alice");
    opened_.reset();  // closes and with it empties the log
    const auto backup = directory_.path() / "backup.db";
    fs::copy_file(file_, backup);
    open();
    ASSERT_TRUE(run(users().set_disabled(alice.id, true)));
    for (const char* suffix : {"-wal", "-shm"})
        fs::remove(file_.string() + suffix);
    fs::rename(backup, file_);
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_EQ(run(users().count()).error(), errc::store_unavailable);
    EXPECT_EQ(run(users().count()).error(), errc::store_unavailable);
    open();
    EXPECT_EQ(insertion_error("bob"), errc{});
}

TEST_F(SqliteStore, ALogThatVanishedUnderAWriteIsNotAcknowledged) {
    open();
    add("alice");
    fs::rename(file_.string() + "-wal", directory_.path() / "wal");
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
}

TEST_F(SqliteStore, ADamagedFileAnswersUnavailableAndARepairedOneAnswers) {
    open();
    add("alice");
    opened_->store->stop();
    open();
    const auto whole = directory_.path() / "whole.db";
    plain_sqlite(file_).run("PRAGMA wal_checkpoint(TRUNCATE)");
    fs::copy_file(file_, whole);
    std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(0)
        .write("garbage garbage!", 16);
    ASSERT_EQ(run(users().find_by_username("nobody")).error(), errc::store_unavailable);
    std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(0)
        .write("SQLite format 3\0", 16);
    EXPECT_EQ(run(users().count()).value(), 1U);
}

TEST_F(SqliteStore, AnswersUnavailableWhileAnotherProcessHoldsTheLockTooLong) {
    open();
    add("alice");
    plain_sqlite other(file_);
    ASSERT_EQ(other.run("BEGIN IMMEDIATE"), SQLITE_OK);
    EXPECT_EQ(insertion_error("bob"), errc::store_unavailable);
    EXPECT_TRUE(run(users().find_by_username("alice")).has_value()) << "reads go on";
    ASSERT_EQ(other.run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(insertion_error("bob"), errc{});
}

TEST_F(SqliteStore, OldRevocationsGoAwayButTheDisabledStay) {
    open();
    const auto disabled = add("disabled");
    const auto changed = add("changed");
    const auto removed = add("removed");
    ASSERT_TRUE(run(users().set_disabled(disabled.id, true)));
    ASSERT_TRUE(run(users().set_password(changed.id, "new")));
    ASSERT_TRUE(run(users().remove(removed.id)));
    plain_sqlite other(file_);
    clock_.advance(23h);
    add("a");
    EXPECT_EQ(other.integer("SELECT count(*) FROM revocations"), 3);
    clock_.advance(2h);
    add("b");
    EXPECT_EQ(other.integer("SELECT count(*) FROM revocations"), 1);
    open();
    EXPECT_TRUE(opened_->revocations.ended(disabled.id.value, clock_.now()));
}

TEST_F(SqliteStore, RefusesAStoreOfALaterVersionAndSaysWhatToDo) {
    open();
    opened_.reset();
    plain_sqlite(file_).run("PRAGMA user_version=999");
    try {
        open();
        FAIL() << "opened a later schema";
    } catch (const storage::open_error& refusal) {
        EXPECT_NE(std::string_view(refusal.what()).find("version 999"), std::string_view::npos)
            << refusal.what();
    }
}

TEST_F(SqliteStore, RefusesAFileOfAnotherProgram) {
    fs::create_directories(home_);
    plain_sqlite(file_).run("CREATE TABLE theirs (x)");
    EXPECT_THROW(open(), storage::open_error);
    EXPECT_EQ(plain_sqlite(file_).integer("SELECT count(*) FROM sqlite_schema"), 1);
    std::ofstream(file_)
        << "this is not a data base, but it is long enough to be looked at as if it were one";
    EXPECT_THROW(open(), storage::open_error);
}

TEST_F(SqliteStore, CreatesNothingUnlessAsked) {
    EXPECT_THROW(open(false), storage::open_error);
    EXPECT_FALSE(fs::exists(home_));
    EXPECT_THROW(storage::open({.url = "mysql:x",
                                .master_key = {},
                                .revocations = *std::make_unique<tokens::revocations>(),
                                .clock = clock_,
                                .sessions = {}}),
                 storage::open_error);
}

TEST_F(SqliteStore, ManyFirstStartsAtOnceMakeOneStore) {
    std::vector<std::unique_ptr<opened_store>> opened(6);
    {
        std::vector<std::jthread> threads;
        for (auto& each : opened) {
            threads.emplace_back([&each, this] { each = std::make_unique<opened_store>(file_, clock_); });
        }
    }
    for (std::size_t i = 0; i < opened.size(); ++i) {
        const auto name = "user" + std::to_string(i);
        EXPECT_TRUE(run(opened[i]->store->users().insert(make_user(clock_, name), name)).has_value());
    }
    EXPECT_EQ(run(opened[0]->store->users().count()).value(), 6U);
}

TEST_F(SqliteStore, AnswersShuttingDownOnceStopped) {
    open();
    opened_->store->stop();
    opened_->store->stop();
    EXPECT_EQ(insertion_error("alice"), errc::shutting_down);
    EXPECT_EQ(run(users().count()).error(), errc::shutting_down);
}

}  // namespace
}  // namespace latchkey::test
