#include <gtest/gtest.h>
#include <sodium/utils.h>

#include <memory>
#include <random>

#include "crypto/secret.hpp"
#include "passwords/argon2/kernel.hpp"
#include "unit/passwords/argon2_reference.hpp"

namespace latchkey::passwords {
namespace {

using argon2::place_of;
using reference::block;
using reference::bytes;

struct alignas(64) placed_block {
    block words{};
};

/// A kernel's G, in the RFC's order of words.
block compress_with(const argon2::kernel& kernel, const block& x, const block& y) {
    placed_block a, b, c;
    for (std::size_t i = 0; i < 128; ++i)
        a.words[place_of(i)] = x[i], b.words[place_of(i)] = y[i];
    kernel.compress(a.words.data(), b.words.data(), c.words.data());
    block out;
    for (std::size_t i = 0; i < 128; ++i)
        out[i] = c.words[place_of(i)];
    return out;
}

struct implementation {
    std::string name;
    reference::compression compress;
};

std::vector<implementation> implementations() {
    std::vector<implementation> all{{"reference", reference::compress}};
    for (const auto* kernel : argon2::usable_kernels())
        all.push_back({kernel->name,
                       [kernel](const block& x, const block& y) { return compress_with(*kernel, x, y); }});
    return all;
}

struct Rfc9106 : testing::TestWithParam<implementation> {
    static void SetUpTestSuite() { init_crypto(); }

    /// The input that all vectors of section 5 share.
    std::string tag_of_type(std::uint32_t type) const {
        const reference::input in{type, 4, 32, 3, 32, bytes(32, 1), bytes(16, 2), bytes(8, 3), bytes(12, 4)};
        const auto tag = reference::computation(in, GetParam().compress).tag();
        std::string hex(2 * tag.size() + 1, '\0');
        sodium_bin2hex(hex.data(), hex.size(), tag.data(), tag.size());
        hex.pop_back();
        return hex;
    }
};

TEST(Argon2Kernels, PauseEveryFewHundredBlocks) {
    if (argon2::usable_kernels().empty()) GTEST_SKIP() << "libsodium does not pause";
    constexpr std::uint32_t blocks = 4'096, passes = 3;
    static std::uint32_t pauses;
    const auto memory = std::make_unique<placed_block[]>(2 * blocks);
    const auto filling_at = [&](std::size_t first) {
        return argon2::filling{memory[first].words.data(), blocks, passes, []() noexcept { ++pauses; }};
    };
    for (const auto* kernel : argon2::usable_kernels()) {
        pauses = 0;
        kernel->fill(filling_at(0));
        EXPECT_EQ(pauses, blocks * passes / argon2::steps_between_pauses) << kernel->name;
        pauses = 0;
        kernel->fill_two(filling_at(0), filling_at(blocks));
        EXPECT_EQ(pauses, blocks * passes / argon2::steps_between_pauses) << kernel->name;
    }
}

TEST_P(Rfc9106, Section51Argon2d) {
    EXPECT_EQ(tag_of_type(0), "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb");
}

TEST_P(Rfc9106, Section52Argon2i) {
    EXPECT_EQ(tag_of_type(1), "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8");
}

TEST_P(Rfc9106, Section53Argon2id) {
    EXPECT_EQ(tag_of_type(2), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

TEST_P(Rfc9106, CompressesRandomBlocksAsTheReferenceDoes) {
    std::mt19937_64 random(9106);
    for (int i = 0; i < 1000; ++i) {
        block x, y;
        for (auto& w : x)
            w = random();
        for (auto& w : y)
            w = random();
        ASSERT_EQ(GetParam().compress(x, y), reference::compress(x, y));
    }
}

INSTANTIATE_TEST_SUITE_P(Each, Rfc9106, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name; });

TEST(Layout, PutsEveryWordInOnePlace) {
    std::array<int, 128> taken{};
    for (std::size_t i = 0; i < 128; ++i)
        ++taken.at(place_of(i));
    for (const int n : taken)
        EXPECT_EQ(n, 1);
    EXPECT_EQ(place_of(0), 0U);  // the word that the walk reads
}

}  // namespace
}  // namespace latchkey::passwords
