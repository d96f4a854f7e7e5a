#include "tokens/claims.hpp"

#include <gtest/gtest.h>

namespace latchkey::tokens {
namespace {

claims with_scope(std::string_view scope) {
    claims said;
    said.scope = scope;
    return said;
}

TEST(claims, FindsAScopeAtEveryPlace) {
    const auto said = with_scope("items:read admin items:write");
    EXPECT_TRUE(said.has_scope("items:read"));
    EXPECT_TRUE(said.has_scope("admin"));
    EXPECT_TRUE(said.has_scope("items:write"));
}

TEST(claims, TakesAScopeForWholeWordsOnly) {
    const auto said = with_scope("items:read administrator");
    for (const std::string_view wanted :
         {"admin", "items", "read", "items:read administrator", "ADMINISTRATOR", "", " "})
        EXPECT_FALSE(said.has_scope(wanted)) << '"' << wanted << '"';
}

TEST(claims, FindsNothingWithoutScopeAndAmongBlanks) {
    EXPECT_FALSE(with_scope("").has_scope("admin"));
    EXPECT_FALSE(with_scope("").has_scope(""));
    EXPECT_FALSE(with_scope("  ").has_scope(""));
    EXPECT_TRUE(with_scope(" admin ").has_scope("admin"));
}

}  // namespace
}  // namespace latchkey::tokens
