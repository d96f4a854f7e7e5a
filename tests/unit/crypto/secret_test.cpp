#include "crypto/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <cstdlib>
#include <ostream>

#include "crypto/random.hpp"

namespace latchkey {
namespace {

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!std::copyable<secret>, "a secret that is copied by accident is wiped in one place only");
static_assert(std::movable<secret>);
static_assert(!streamable<secret>, "a secret must not reach a log");

TEST(secret, LeavesNothingBehindWhenMoved) {
    secret from("pw");  // short enough for std::string to have kept it inside the object
    const auto* place = from.bytes().data();
    const secret to(std::move(from));
    EXPECT_EQ(to.view(), "pw");
    EXPECT_EQ(to.bytes().data(), place);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the claim
    EXPECT_EQ(from.bytes().data(), nullptr);
}

TEST(secret, TakesOverByAssignmentAndSurvivesItsOwn) {
    secret value("first");
    value = secret("second");
    EXPECT_EQ(value.view(), "second");
    auto& same = value;
    value = std::move(same);
    EXPECT_EQ(value.view(), "second");
}

TEST(secret, ClonesIntoMemoryOfItsOwn) {
    const secret first("password");
    const secret second = first.clone();
    EXPECT_EQ(second.view(), "password");
    EXPECT_NE(second.bytes().data(), first.bytes().data());
}

TEST(secret, HoldsNothingAndBytesWithNul) {
    EXPECT_TRUE(secret("").empty());
    EXPECT_TRUE(secret().clone().empty());
    EXPECT_EQ(secret(std::string_view("a\0b", 3)).size(), 3u);
    const secret zeros = secret::of_size(8);
    EXPECT_TRUE(std::ranges::all_of(zeros.bytes(), [](auto byte) { return byte == 0; }));
}

TEST(wipe, LeavesZeros) {
    std::string text = "password";
    wipe(std::span(text));
    EXPECT_EQ(text, std::string(8, '\0'));
}

TEST(equal_in_constant_time, ComparesSizeAndEveryByte) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
    EXPECT_FALSE(equal_in_constant_time("abc", ""));
    for (std::size_t i = 0; i < 3; ++i) {
        std::string other = "abc";
        other[i] = 'x';
        EXPECT_FALSE(equal_in_constant_time("abc", other)) << i;
    }
}

TEST(random, GivesOtherBytesEachTime) {
    const auto one = crypto::random_array<32>(), two = crypto::random_array<32>();
    EXPECT_NE(one, two);
    EXPECT_NE(crypto::random_secret(32).view(), crypto::random_secret(32).view());
    EXPECT_EQ(crypto::random_secret(32).size(), 32u);
}

TEST(init_crypto, MayBeCalledAgain) {
    init_crypto();
    EXPECT_NO_THROW(init_crypto());
}

}  // namespace
}  // namespace latchkey
