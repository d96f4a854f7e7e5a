#include "passwords/simd_engine.hpp"

#include <gtest/gtest.h>
#include <sodium/crypto_pwhash_argon2id.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "passwords/argon2/derive.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::uint64_t mib = 1024 * 1024;

struct EachKernel : testing::TestWithParam<const argon2::kernel*> {
    static void SetUpTestSuite() { init_crypto(); }
    memory_ledger ledger{512 * mib};
    simd_engine engine{*GetParam(), ledger, {4096, 1, 1}};
};

std::vector<std::uint8_t> random_bytes(std::mt19937_64& random, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    for (auto& b : out)
        b = static_cast<std::uint8_t>(random());
    return out;
}

/// A derivation and the bytes it refers to.
struct sample {
    secret password;
    argon2_hash hash;

    sample(std::mt19937_64& random, const argon2_parameters& cost)
        : password(std::span<const std::uint8_t>(random_bytes(random, random() % 200))) {
        hash.parameters = cost;
        hash.salt = random_bytes(random, 8 + random() % 57);
        hash.tag.resize(16 + random() % 49);
    }
    derivation work() { return {password, hash.salt, hash.parameters, hash.variant, hash.tag}; }
    /// libsodium's own verify: whether it computes the same tag, whatever the sizes.
    bool right() const {
        std::array<char, 256> phc{};
        std::ranges::copy(format_phc(hash), phc.begin());
        const char* text = password.empty() ? "" : password.view().data();
        return crypto_pwhash_argon2id_str_verify(phc.data(), text, password.size()) == 0;
    }
};

/// Mostly small; now and then several address blocks to a segment, and every remainder of m divided by 4.
argon2_parameters random_cost(std::mt19937_64& random) {
    const auto m = random() % 200 == 0 ? 512 + random() % 3000 : 8 + random() % 40;
    return {static_cast<std::uint32_t>(m), static_cast<std::uint32_t>(1 + random() % 4), 1};
}

/// How many cases, and where they begin: the same 10,000 each time, unless more are asked for.
struct extent {
    int cases = 10'000;
    std::uint64_t seed;

    explicit extent(std::uint64_t usual) : seed(usual) {
        const char* const asked = std::getenv("LATCHKEY_ARGON2_CASES");
        if (asked == nullptr) return;
        cases = std::max(2, std::atoi(asked));
        seed = std::random_device()();
        testing::Test::RecordProperty("seed", std::to_string(seed));
    }
};

TEST_P(EachKernel, EqualsLibsodiumIn10000RandomCases) {
    const extent wanted(4);
    std::mt19937_64 random(wanted.seed);
    for (int i = 0; i < wanted.cases; ++i) {
        sample one(random, random_cost(random));
        ASSERT_TRUE(engine.derive(one.work()));
        ASSERT_TRUE(one.right()) << format_phc(one.hash);
    }
}

TEST_P(EachKernel, EqualsLibsodiumIn10000RandomCasesInterleaved) {
    const extent wanted(5);
    std::mt19937_64 random(wanted.seed);
    for (int i = 0; i < wanted.cases; i += 2) {
        sample one(random, random_cost(random));
        sample other(random, one.hash.parameters);
        ASSERT_TRUE(engine.interleaves(one.hash.parameters, one.hash.variant));
        ASSERT_TRUE(engine.derive_two(one.work(), other.work()));
        ASSERT_TRUE(one.right()) << format_phc(one.hash);
        ASSERT_TRUE(other.right()) << format_phc(other.hash);
    }
}

TEST_P(EachKernel, EqualsTheReferenceImplementationsVectors) {
    std::ifstream in(LATCHKEY_SOURCE_DIR "/tests/vectors/argon2/reference.tsv");
    int rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
        const auto tab = line.find('\t');
        const auto phc = line.substr(tab + 1);
        EXPECT_TRUE(verify_password(engine, secret(std::string_view(line).substr(0, tab)), phc).value())
            << phc;
        EXPECT_FALSE(verify_password(engine, secret(std::string_view("Password")), phc).value()) << phc;
    }
    EXPECT_GE(rows, 6);
}

TEST_P(EachKernel, DoesNotDependOnWhatTheMemoryHeld) {
    std::mt19937_64 random(6);
    sample one(random, {64, 2, 1});
    ASSERT_TRUE(engine.derive(one.work()));
    const auto tag = one.hash.tag;
    sample noise(random, {4096, 1, 1});
    ASSERT_TRUE(engine.derive(noise.work()));
    ASSERT_TRUE(engine.derive(one.work()));
    EXPECT_EQ(one.hash.tag, tag);
}

TEST_P(EachKernel, LeavesOtherShapesToLibsodium) {
    const secret password(std::string_view("password"));
    for (const char* phc :
         {"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
          "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"}) {
        EXPECT_TRUE(verify_password(engine, password, phc).value()) << phc;
        EXPECT_FALSE(verify_password(engine, secret(std::string_view("x")), phc).value()) << phc;
    }
    EXPECT_FALSE(engine.interleaves({64, 1, 2}, argon2_variant::argon2id));
    EXPECT_FALSE(engine.interleaves({64, 1, 1}, argon2_variant::argon2i));
}

TEST_P(EachKernel, ComputesTwoOfDifferentCostOneAfterTheOther) {
    std::mt19937_64 random(7);
    sample one(random, {64, 1, 1});
    sample other(random, {128, 2, 1});
    ASSERT_TRUE(engine.derive_two(one.work(), other.work()));
    EXPECT_TRUE(one.right());
    EXPECT_TRUE(other.right());
}

TEST_P(EachKernel, KeepsMemoryForTwoUsualHashesAndGivesTheRestBack) {
    std::mt19937_64 random(8);
    sample usual(random, {4096, 1, 1});
    ASSERT_TRUE(engine.derive(usual.work()));
    EXPECT_EQ(ledger.held(), 8 * mib);
    sample large(random, {32 * 1024, 1, 1});
    EXPECT_FALSE(engine.interleaves(large.hash.parameters, large.hash.variant));
    ASSERT_TRUE(engine.derive(large.work()));
    EXPECT_EQ(ledger.held(), 0U);
    EXPECT_TRUE(large.right());
    ASSERT_TRUE(engine.derive(usual.work()));
    engine.release();
    EXPECT_EQ(ledger.held(), 0U);
}

TEST_P(EachKernel, AnswersOutOfMemoryBeyondTheBudget) {
    const secret password(std::string_view("password"));
    memory_ledger tight(8 * mib);
    simd_engine poor(*GetParam(), tight, {4096, 1, 1});
    for (const char* cost : {"$argon2id$v=19$m=8196,t=1,p=1", "$argon2id$v=19$m=8200,t=1,p=2"}) {
        const auto verdict = verify_password(
            poor, password, std::string(cost) + "$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc");
        ASSERT_FALSE(verdict) << cost;
        EXPECT_EQ(verdict.error(), errc::out_of_memory);
    }
    EXPECT_TRUE(hash_password(poor, password, {4096, 1, 1})) << "the next login finds its memory again";
    EXPECT_EQ(verify_password(
                  poor, password,
                  "$argon2id$v=19$m=8192,t=1,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")
                  .value(),
              false)
        << "libsodium gets the arena's memory when there is no other";
}

INSTANTIATE_TEST_SUITE_P(All, EachKernel,
                         testing::ValuesIn(argon2::usable_kernels().begin(), argon2::usable_kernels().end()),
                         [](const auto& test) { return std::string(test.param->name); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EachKernel);  // a machine without AVX2

TEST(MakeEngine, HashesOnAnyMachine) {
    init_crypto();
    memory_ledger ledger(64 * mib);
    const auto engine = make_engine(ledger, {64, 1, 1});
    const auto phc = hash_password(*engine, secret(std::string_view("x")), {64, 1, 1});
    ASSERT_TRUE(phc);
    EXPECT_TRUE(verify_password(*engine, secret(std::string_view("x")), *phc).value());
}

}  // namespace
}  // namespace latchkey::passwords
