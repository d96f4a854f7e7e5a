#include "passwords/arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <sstream>

namespace latchkey::passwords {
namespace {

constexpr std::size_t mib = 1024 * 1024;

struct Arena : testing::Test {
    memory_ledger ledger{16 * mib};
    arena memory{ledger};
};

TEST_F(Arena, IsAlignedToAHugePageAndCountedInWholeOnes) {
    const auto* start = memory.reserve(3 * mib, 3 * mib);
    ASSERT_NE(start, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(start) % (2 * mib), 0U);
    EXPECT_EQ(memory.mapped(), 4 * mib);
    EXPECT_EQ(ledger.held(), 4 * mib);
}

TEST_F(Arena, IsUsedAgain) {
    auto* first = memory.reserve(4 * mib, 4 * mib);
    *first = 42;
    EXPECT_EQ(memory.reserve(1 * mib, 1 * mib), first);
    EXPECT_EQ(*first, 42U);
}

TEST_F(Arena, WipesAllThatWasTouched) {
    auto* words = memory.reserve(4 * mib, 4 * mib);
    const std::span all(words, 4 * mib / 8);
    std::ranges::fill(all, ~0ULL);
    memory.reserve(1 * mib, 1 * mib);  // a smaller login afterwards: the larger one's traces are still there
    memory.wipe();
    EXPECT_TRUE(std::ranges::all_of(all, [](auto word) { return word == 0; }));
}

TEST_F(Arena, GivesItsMemoryBack) {
    ASSERT_NE(memory.reserve(4 * mib, 8), nullptr);
    memory.release();
    EXPECT_EQ(ledger.held(), 0U);
    EXPECT_EQ(memory.mapped(), 0U);
    EXPECT_NE(memory.reserve(8, 8), nullptr);
}

TEST_F(Arena, RefusesMoreThanTheLedgerHas) {
    EXPECT_EQ(memory.reserve(17 * mib, 8), nullptr);
    EXPECT_EQ(ledger.held(), 0U);
    EXPECT_NE(memory.reserve(16 * mib, 8), nullptr);
    arena other(ledger);
    EXPECT_EQ(other.reserve(8, 8), nullptr);
}

TEST_F(Arena, RefusesMoreThanTheSystemHas) {
    memory_ledger boundless(~std::uint64_t{0});
    arena huge(boundless);
    EXPECT_EQ(huge.reserve(std::size_t{1} << 50, 8), nullptr);
    EXPECT_EQ(boundless.held(), 0U);
}

/// The VmFlags of the mapping that starts at `address` (proc(5)).
std::string flags_of(const void* address) {
    std::ostringstream wanted;
    wanted << std::hex << reinterpret_cast<std::uintptr_t>(address) << "-";
    std::ifstream in("/proc/self/smaps");
    bool found = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(wanted.str())) found = true;
        if (found && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

TEST_F(Arena, StaysOutOfCoreFilesAndAsksForHugePages) {
    const auto flags = flags_of(memory.reserve(4 * mib, 8));
    if (flags.empty()) GTEST_SKIP() << "this system shows no VmFlags";
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
    EXPECT_NE(flags.find(" hg "), std::string::npos) << flags;
}

TEST(MemoryLedger, CountsToTheByte) {
    memory_ledger ledger(10);
    EXPECT_TRUE(ledger.take(4));
    EXPECT_FALSE(ledger.take(7));
    EXPECT_TRUE(ledger.take(6));
    EXPECT_FALSE(ledger.take(1));
    ledger.give_back(4);
    EXPECT_FALSE(ledger.take(~std::uint64_t{0}));
    EXPECT_TRUE(ledger.take(4));
    EXPECT_EQ(ledger.held(), 10U);
}

}  // namespace
}  // namespace latchkey::passwords
