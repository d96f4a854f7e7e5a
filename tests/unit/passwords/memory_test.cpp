#include "passwords/memory.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace latchkey::passwords {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t mib = 1024 * 1024;

/// A machine made of files: what the kernel would show, in a directory that goes away with the test.
struct Machine : testing::Test {
    fs::path root =
        fs::temp_directory_path() / ("latchkey-machine-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    machine_files files{root / "proc", root / "cgroup"};

    void SetUp() override { put("proc/meminfo", "MemTotal:       8388608 kB\nMemFree:  1 kB\n"); }
    void TearDown() override { fs::remove_all(root); }
    void put(const fs::path& file, const std::string& text) const {
        fs::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    }
};

TEST_F(Machine, HasItsMemoryWithoutControlGroups) {
    EXPECT_EQ(available_memory(files), 8192 * mib);
}

TEST_F(Machine, HasNothingWhenNothingCanBeRead) {
    fs::remove_all(root);
    EXPECT_EQ(available_memory(files), 0U);
}

TEST_F(Machine, ObeysAVersion2Limit) {
    put("proc/self/cgroup", "0::/\n");
    put("cgroup/memory.max", "536870912\n");
    EXPECT_EQ(available_memory(files), 512 * mib);
}

TEST_F(Machine, ObeysTheSmallestLimitOfTheGroupsAbove) {
    put("proc/self/cgroup", "0::/system.slice/latchkey.service\n");
    put("cgroup/system.slice/latchkey.service/memory.max", "1073741824\n");
    put("cgroup/system.slice/memory.max", "268435456\n");
    EXPECT_EQ(available_memory(files), 256 * mib);
}

TEST_F(Machine, TakesMaxForNoLimit) {
    put("proc/self/cgroup", "0::/a\n");
    put("cgroup/a/memory.max", "max\n");
    EXPECT_EQ(available_memory(files), 8192 * mib);
}

TEST_F(Machine, ObeysAVersion1Limit) {
    put("proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker/0123\n1:cpu,cpuacct:/docker/0123\n");
    put("cgroup/memory/docker/0123/memory.limit_in_bytes", "134217728\n");
    EXPECT_EQ(available_memory(files), 128 * mib);
}

TEST_F(Machine, FindsTheLimitWhenTheMountShowsTheContainersPartOnly) {
    put("proc/self/cgroup", "4:memory:/docker/0123\n");
    put("cgroup/memory/memory.limit_in_bytes", "134217728\n");
    EXPECT_EQ(available_memory(files), 128 * mib);
}

TEST_F(Machine, KeepsBelowWhereTheKernelWouldStallIt) {
    put("proc/self/cgroup", "0::/app\n");
    put("cgroup/app/memory.max", "268435456\n");
    put("cgroup/app/memory.high", "max\n");
    EXPECT_EQ(available_memory(files), 256 * mib);
    put("cgroup/app/memory.high", "134217728\n");
    EXPECT_EQ(available_memory(files), 128 * mib);
}

TEST_F(Machine, TakesVersion1sHugeNumberForNoLimit) {
    put("proc/self/cgroup", "4:memory:/\n");
    put("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    EXPECT_EQ(available_memory(files), 8192 * mib);
}

TEST_F(Machine, ReadsProcessorQuotasOfBothVersions) {
    put("proc/self/cgroup", "1:cpu,cpuacct:/x\n0::/y\n");
    EXPECT_EQ(processor_quota(files), std::nullopt);
    put("cgroup/y/cpu.max", "max 100000\n");
    EXPECT_EQ(processor_quota(files), std::nullopt);
    put("cgroup/y/cpu.max", "250000 100000\n");
    EXPECT_DOUBLE_EQ(processor_quota(files).value(), 2.5);
    put("cgroup/cpu/x/cpu.cfs_quota_us", "150000\n");
    put("cgroup/cpu/x/cpu.cfs_period_us", "100000\n");
    EXPECT_DOUBLE_EQ(processor_quota(files).value(), 1.5);
    put("cgroup/cpu/x/cpu.cfs_quota_us", "-1\n");
    EXPECT_DOUBLE_EQ(processor_quota(files).value(), 2.5);
}

TEST_F(Machine, HasAtLeastOneProcessorHoweverSmallTheQuota) {
    put("proc/self/cgroup", "0::/\n");
    put("cgroup/cpu.max", "10000 100000\n");
    EXPECT_EQ(usable_processors(files), 1U);
}

TEST_F(Machine, SurvivesGarbage) {
    for (const std::string garbage : {"", "\n", "::\n", "0::\n", "nonsense", "0::/../../..\n", ":::::\n"}) {
        put("proc/self/cgroup", garbage);
        put("proc/meminfo", "MemTotal:\nMemTotal: x\n");
        put("cgroup/memory.max", "banana");
        put("cgroup/cpu.max", "1 0\n");
        EXPECT_EQ(available_memory(files), 0U) << garbage;
        EXPECT_EQ(processor_quota(files), std::nullopt) << garbage;
    }
}

constexpr argon2_parameters owasp{19456, 2, 1};

TEST(Budget, CountsTwoHashesAThreadInWholePages) {
    EXPECT_EQ(lane_memory(1, owasp), 38 * mib);
    EXPECT_EQ(lane_memory(4, owasp), 4 * 38 * mib);
    EXPECT_EQ(lane_memory(1, {8, 1, 1}), 2 * mib);
    EXPECT_EQ(lane_memory(64, {max_memory_kib, 1, 1}), 64 * 2048 * mib);
}

TEST(Budget, AcceptsWhatFitsToTheByte) {
    EXPECT_FALSE(check_budget(2, owasp, 76 * mib, 512 * mib));
    EXPECT_TRUE(check_budget(2, owasp, 76 * mib - 1, 512 * mib));
    EXPECT_FALSE(check_budget(2, owasp, 512 * mib, 512 * mib));
}

TEST(Budget, NamesTheNumberOfThreadsThatWouldFit) {
    const auto wrong = check_budget(8, owasp, 128 * mib, 256 * mib);
    ASSERT_TRUE(wrong);
    EXPECT_THAT(wrong->why, HasSubstr("8 hashing threads need 304MiB"));
    EXPECT_THAT(wrong->remedy, StartsWith("--set hashing.threads=3, "));
    EXPECT_THAT(wrong->remedy, HasSubstr("limit of 608MiB"));
    EXPECT_FALSE(check_budget(3, owasp, 128 * mib, 256 * mib)) << "what it says is right";
    EXPECT_FALSE(check_budget(8, owasp, default_budget(608 * mib), 608 * mib));
}

TEST(Budget, RaisesTheBudgetForOneThreadWhenThereIsMemory) {
    const auto wrong = check_budget(2, owasp, 32 * mib, 64 * mib);
    ASSERT_TRUE(wrong);
    EXPECT_THAT(wrong->remedy, StartsWith("--set hashing.threads=1 --set hashing.memory_budget=38MiB, "));
    EXPECT_FALSE(check_budget(1, owasp, 38 * mib, 64 * mib));
}

TEST(Budget, SaysSoWhenNotEvenOneThreadFits) {
    const auto wrong = check_budget(1, owasp, 16 * mib, 32 * mib);
    ASSERT_TRUE(wrong);
    EXPECT_THAT(wrong->why, HasSubstr("1 hashing thread needs 38MiB"));
    EXPECT_THAT(wrong->remedy, HasSubstr("latchkey calibrate"));
}

TEST(Budget, RefusesABudgetBeyondTheContainersLimit) {
    const auto wrong = check_budget(1, owasp, 512 * mib, 256 * mib);
    ASSERT_TRUE(wrong);
    EXPECT_THAT(wrong->why, HasSubstr("hashing.memory_budget is 512MiB"));
    EXPECT_THAT(wrong->why, HasSubstr("256MiB"));
    EXPECT_THAT(wrong->remedy, StartsWith("--set hashing.memory_budget=128MiB, "));
}

}  // namespace
}  // namespace latchkey::passwords
