#include "config/nearest.hpp"

#include <gtest/gtest.h>

namespace latchkey::config {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("serve", "serve"), 0u);
    EXPECT_EQ(edit_distance("srve", "serve"), 1u);
    EXPECT_EQ(edit_distance("serrve", "serve"), 1u);
    EXPECT_EQ(edit_distance("sorve", "serve"), 1u);
    EXPECT_EQ(edit_distance("sreve", "serve"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Nearest, FindsTheCandidateThatWasMeant) {
    const std::string_view words[] = {"serve", "dev", "user", "key", "version"};
    EXPECT_EQ(nearest("srve", words), "serve");
    EXPECT_EQ(nearest("usre", words), "user");
    EXPECT_EQ(nearest("vresoin", words), "version");
    EXPECT_EQ(nearest("kye", words), "key");
}

TEST(Nearest, LooksPastTheCaseOfLetters) {
    const std::string_view words[] = {"HS256", "ES256", "RS256", "EdDSA"};
    EXPECT_EQ(nearest("es256", words), "ES256");
    EXPECT_EQ(nearest("eddsa", words), "EdDSA");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
    const std::string_view words[] = {"serve", "dev", "set"};
    EXPECT_EQ(nearest("user", words), "") << "half of it is another word";
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest("x", words), "");
    EXPECT_EQ(nearest("zzzzzz", words), "");
    EXPECT_EQ(nearest(std::string(101, 's'), words), "");
}

}  // namespace
}  // namespace latchkey::config
