#include "oauth/scope.hpp"

#include <gtest/gtest.h>

#include "users/username.hpp"

namespace latchkey::oauth {
namespace {

/// So many bytes of scope, in words of seven with their blanks; the last one takes what is left.
scope_set words_of(std::size_t size) {
    scope_set words;
    std::size_t used = 0;
    for (int n = 100'000; size - used > 13; used += 7)
        words.push_back(std::to_string(n++));
    words.push_back(std::string(size - used, 'z'));
    return words;
}

TEST(ParseScope, SortsAndThinsOut) {
    EXPECT_EQ(parse_scope("me  items me ").value(), (scope_set{"items", "me"}));
    EXPECT_EQ(parse_scope("").value(), scope_set{});
}

TEST(ParseScope, RefusesWhatIsNoScopeToken) {
    for (const auto* text : {"a\"b", "a\\b", "a\tb", "\xc3\xa4"})
        EXPECT_EQ(parse_scope(text).error(), errc::invalid_scope) << text;
}

TEST(ParseScope, RefusesMoreThanATokenHasRoomFor) {
    EXPECT_TRUE(parse_scope(std::string(users::max_scope_size, 's')));
    EXPECT_EQ(parse_scope(std::string(users::max_scope_size + 1, 's')).error(), errc::invalid_scope);
}

TEST(GrantScope, GrantsAllThatIsAllowedWhenNothingIsAskedFor) {
    EXPECT_EQ(grant_scope({}, {"a", "b"}, false).value(), (scope_set{"a", "b"}));
    EXPECT_EQ(grant_scope({"a"}, {"a", "b"}, false).value(), scope_set{"a"});
    EXPECT_EQ(grant_scope({"a", "c"}, {"a", "b"}, false).error(), errc::invalid_scope);
    EXPECT_EQ(grant_scope({"a", "c"}, {"a", "b"}, true).value(), scope_set{"a"});
}

TEST(GrantScope, NeverGrantsMoreThanATokenHasRoomFor) {
    const auto most = words_of(users::max_scope_size), too_much = words_of(users::max_scope_size + 1);
    ASSERT_EQ(join_scope(most).size(), users::max_scope_size);
    EXPECT_EQ(grant_scope({}, most, false).value(), most);
    EXPECT_EQ(grant_scope({}, too_much, false).error(), errc::invalid_scope);
    EXPECT_EQ(grant_scope(too_much, too_much, true).error(), errc::invalid_scope);
    EXPECT_EQ(grant_scope({too_much.front()}, too_much, false).value(), scope_set{too_much.front()});
}

}  // namespace
}  // namespace latchkey::oauth
