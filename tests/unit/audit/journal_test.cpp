#include "audit/journal.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "audit/verifier.hpp"
#include "base/descriptor.hpp"
#include "base/run_task.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_directory.hpp"

namespace latchkey::audit {
namespace {

using testing::HasSubstr;

class AuditJournal : public testing::Test {
protected:
    AuditJournal() : key_(std::string(32, 'k')), mac_(key_.bytes()) {}

    journal open() { return {path_, key_, clock_}; }
    static result<void> record(journal& j, const char* what) { return run_task(j.record(event(what))); }
    static std::string contents(const std::filesystem::path& of) {
        std::ostringstream text;
        text << std::ifstream(of, std::ios::binary).rdbuf();
        return text.str();
    }
    void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
    report verify(std::initializer_list<std::filesystem::path> files) const {
        verifier v(&mac_);
        for (const auto& file : files) {
            std::ifstream in(file, std::ios::binary);
            v.read(in, file);
        }
        return v.so_far();
    }

    test::manual_clock clock_;
    secret key_;
    crypto::hmac_sha256 mac_;
    const test::temporary_directory directory_;
    const std::filesystem::path path_ = directory_ / "audit.log";
};

TEST_F(AuditJournal, HasWrittenARecordWhenItSaysSo) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    EXPECT_THAT(contents(path_), HasSubstr(R"("event":"a")"));
    EXPECT_EQ(j.written(), 1u);
    EXPECT_EQ(std::filesystem::status(path_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AuditJournal, GoesOnWithTheChainAfterARestart) {
    for (const auto* what : {"a", "b", "c"}) {
        auto j = open();
        ASSERT_TRUE(record(j, what));
    }
    const auto r = verify({path_});
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.records, 3u);
    EXPECT_EQ(r.chains, 1u);
}

TEST_F(AuditJournal, SharesAFileWithAnotherWriter) {
    auto one = open();
    auto other = open();
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(record(one, "one"));
        ASSERT_TRUE(record(other, "other"));
    }
    const auto r = verify({path_});
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.records, 40u);
    EXPECT_EQ(r.chains, 1u);
}

TEST_F(AuditJournal, CutsOffWhatACrashLeftUnfinishedAndRecordsThat) {
    {
        auto j = open();
        ASSERT_TRUE(record(j, "a"));
    }
    const auto whole = contents(path_);
    for (const std::size_t torn : {std::size_t{1}, std::size_t{40}, whole.size() - 1}) {
        write(whole + whole.substr(0, torn));
        auto j = open();
        ASSERT_TRUE(record(j, "b"));
        const auto r = verify({path_});
        EXPECT_EQ(r.findings_in_all, 0u) << torn;
        EXPECT_EQ(r.records, 3u);
        EXPECT_THAT(contents(path_),
                    HasSubstr(R"("event":"audit_log_repaired","cut_bytes":)" + std::to_string(torn)));
    }
}

TEST_F(AuditJournal, CutsOffAFirstRecordThatWasNeverFinished) {
    write(R"({"seq":1,"time")");
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    EXPECT_EQ(verify({path_}).findings_in_all, 0u);
    EXPECT_EQ(verify({path_}).records, 2u);
}

TEST_F(AuditJournal, RefusesAFileThatIsSomethingElseAndLeavesItAlone) {
    for (const std::string other : {"root:x:0:0\n", "x", "{\"seq\":1}\n", "{\"seq\":1,\"event\":\"a\"}\n"}) {
        write(other);
        EXPECT_THROW(open(), std::runtime_error) << other;
        EXPECT_EQ(contents(path_), other);
    }
}

TEST_F(AuditJournal, RefusesAFileWhoseLastRecordWasChanged) {
    {
        auto j = open();
        ASSERT_TRUE(record(j, "a"));
    }
    auto text = contents(path_);
    text.replace(text.find("\"a\""), 3, "\"b\"");
    write(text);
    EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(AuditJournal, SaysWhereItCannotWriteAndWhatToDo) {
    try {
        const journal j(directory_ / "missing" / "audit.log", key_, clock_);
        FAIL() << "opened";
    } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("missing/audit.log: No such file or directory"));
        EXPECT_THAT(e.what(), HasSubstr("try:"));
    }
}

TEST_F(AuditJournal, GoesOnInANewFileAfterRotation) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    std::filesystem::rename(path_, directory_ / "audit.log.1");
    ASSERT_TRUE(record(j, "b"));
    j.reopen();
    ASSERT_TRUE(record(j, "c"));
    EXPECT_THAT(contents(directory_ / "audit.log.1"), HasSubstr("\"b\""));
    EXPECT_THAT(contents(path_), HasSubstr("\"c\""));
    const auto r = verify({directory_ / "audit.log.1", path_});
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.chains, 1u);
}

TEST_F(AuditJournal, GoesOnInATruncatedFileAndInPlaceOfADeletedOne) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    ASSERT_EQ(::truncate(path_.c_str(), 0), 0);
    ASSERT_TRUE(record(j, "b"));
    EXPECT_EQ(verify({path_}).first_sequence, 2u);
    std::filesystem::remove(path_);
    ASSERT_TRUE(record(j, "c"));
    EXPECT_EQ(verify({path_}).first_sequence, 3u);
    EXPECT_EQ(verify({path_}).findings_in_all, 0u);
}

TEST_F(AuditJournal, LeavesAGapWhereSomebodyHasTakenRecordsOffTheEnd) {
    auto j = open();
    for (const auto* what : {"a", "b", "c"})
        ASSERT_TRUE(record(j, what));
    const auto text = contents(path_);
    ASSERT_EQ(::truncate(path_.c_str(), static_cast<off_t>(text.find('\n') + 1)), 0);
    ASSERT_TRUE(record(j, "d"));
    EXPECT_THAT(contents(path_), HasSubstr(R"("event":"audit_log_cut","missing_records":2)"));
    const auto r = verify({path_});
    EXPECT_EQ(r.findings_in_all, 1u);
    EXPECT_EQ(r.findings[0].what, "records 2 to 3 are missing before it");
}

TEST_F(AuditJournal, RefusesAFileOfAnotherKey) {
    {
        journal other(path_, secret(std::string(32, 'x')), clock_);
        ASSERT_TRUE(record(other, "a"));
    }
    EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(AuditJournal, KeepsTheOldFileWhenTheNewOneIsSomethingElse) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    std::filesystem::rename(path_, directory_ / "audit.log.1");
    write("hello\n");
    j.reopen();
    ASSERT_TRUE(record(j, "b"));
    EXPECT_EQ(contents(path_), "hello\n");
    EXPECT_THAT(contents(directory_ / "audit.log.1"), HasSubstr("\"b\""));
}

TEST_F(AuditJournal, IsNotHeldUpForLongByWhoeverHoldsTheLock) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    const descriptor other(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
    EXPECT_EQ(record(j, "b").error(), errc::audit_unavailable);
    EXPECT_FALSE(j.available());
    ASSERT_EQ(::flock(other.get(), LOCK_UN), 0);
    ASSERT_TRUE(record(j, "c"));
    EXPECT_TRUE(j.available());
}

/// A disk that is full, for this process: writes fail beyond the limit, and not before.
TEST_F(AuditJournal, RefusesWhatItCannotWriteAndLeavesNoHalfRecord) {
    auto j = open();
    ASSERT_TRUE(record(j, "a"));
    const auto before = contents(path_);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
    const rlimit full{.rlim_cur = before.size() + 100, .rlim_max = usual.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto refused = record(j, "b");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);
    EXPECT_EQ(refused.error(), errc::audit_unavailable);
    EXPECT_EQ(j.failed(), 1u);
    EXPECT_EQ(contents(path_), before);
    ASSERT_TRUE(record(j, "c"));
    EXPECT_THAT(contents(path_), HasSubstr(R"("event":"audit_records_lost","count":1)"));
    EXPECT_EQ(verify({path_}).findings_in_all, 0u);
    EXPECT_EQ(verify({path_}).records, 3u);
}

TEST_F(AuditJournal, RefusesAfterItHasStopped) {
    auto j = open();
    j.stop();
    EXPECT_EQ(record(j, "a").error(), errc::shutting_down);
}

}  // namespace
}  // namespace latchkey::audit
