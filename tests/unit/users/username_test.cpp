#include "users/username.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace latchkey::users {
namespace {

using namespace std::string_view_literals;

template <class T>
errc error_of(const result<T>& outcome) {
    return outcome ? errc{} : outcome.error();
}

TEST(Username, KeepsTheDisplayFormAndFoldsTheCanonicalOne) {
    struct row {
        std::string_view given, display, canonical;
    };
    for (const auto& [given, display, canonical] : {
             row{"Alice", "Alice", "alice"},
             row{"a", "a", "a"},
             row{"Jo Ann", "Jo Ann", "jo ann"},
             row{"Zoe\u0308", "Zo\u00EB", "zo\u00EB"},
             row{"STRASSE", "STRASSE", "strasse"},
             row{"Stra\u00DFe", "Stra\u00DFe", "strasse"},
             row{"a@b.c", "a@b.c", "a@b.c"},
         }) {
        const auto parsed = parse_username(given);
        ASSERT_TRUE(parsed) << given;
        EXPECT_EQ(parsed->display, display);
        EXPECT_EQ(parsed->canonical, canonical);
    }
}

TEST(Username, RefusesWhatCannotBeAName) {
    for (const auto given :
         {""sv, " "sv, " alice"sv, "alice "sv, "al\nice"sv, "al\0ice"sv, "al\xFF"sv, "\xC3"sv,
          "al\u202Eice"sv, "alice\u00A0"sv, "\u3164"sv, "ali\u200Bce"sv, "\x01"sv, "\x7F"sv}) {
        EXPECT_EQ(error_of(parse_username(given)), errc::invalid_username) << testing::PrintToString(given);
    }
}

TEST(Username, MayHaveTwoHundredFiftyFiveBytesBeforeAndAfterNormalisation) {
    EXPECT_TRUE(parse_username(std::string(255, 'a')));
    EXPECT_FALSE(parse_username(std::string(256, 'a')));
    std::string grows;  // U+0958 has three bytes and six in NFC
    for (int i = 0; i < 80; ++i)
        grows += "\u0958";
    EXPECT_FALSE(parse_username(grows));
    EXPECT_FALSE(parse_username(std::string(1 << 20, 'a')));
}

TEST(Email, TakesOneAtSignBetweenTwoParts) {
    for (const auto given : {"a@b"sv, "a.b+c@example.org"sv, "\u00E9@\u00E9.example"sv}) {
        EXPECT_EQ(parse_email(given).value(), given) << given;
    }
    for (const auto given : {""sv, "a"sv, "@"sv, "a@"sv, "@b"sv, "a@b@c"sv, "a b@c"sv, "a@b "sv, "a\n@b"sv,
                             "a\0@b"sv, "\xFF@b"sv}) {
        EXPECT_EQ(error_of(parse_email(given)), errc::invalid_email) << testing::PrintToString(given);
    }
    EXPECT_TRUE(parse_email("a@" + std::string(252, 'b')));
    EXPECT_FALSE(parse_email("a@" + std::string(253, 'b')));
}

TEST(ScopeToken, IsWhatRfc6749Section33Says) {
    for (const auto given :
         {"a"sv, "admin"sv, "read:users"sv, "!"sv, "#"sv, "["sv, "]"sv, "~"sv, "https://x/y"sv}) {
        EXPECT_TRUE(is_scope_token(given)) << given;
    }
    for (const auto given :
         {""sv, "a b"sv, "\""sv, "a\\b"sv, "\x7F"sv, "\x1F"sv, "\u00E9"sv, "\0"sv, "a\""sv}) {
        EXPECT_FALSE(is_scope_token(given)) << testing::PrintToString(given);
    }
}

}  // namespace
}  // namespace latchkey::users
