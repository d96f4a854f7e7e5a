#include "base/unicode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::unicode {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsEveryWellFormedSequence) {
    for (const auto text :
         {""sv, "a"sv, "\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
          "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv}) {
        EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
    for (const auto text : {"\x80"sv,
                            "\xBF"sv,
                            "\xC0\x80"sv,
                            "\xC1\xBF"sv,
                            "\xC3"sv,
                            "\xC3\x28"sv,
                            "\xE0\x80\x80"sv,
                            "\xE0\x9F\xBF"sv,
                            "\xE2\x82"sv,
                            "\xED\xA0\x80"sv,
                            "\xED\xBF\xBF"sv,
                            "\xF0\x80\x80\x80"sv,
                            "\xF0\x8F\xBF\xBF"sv,
                            "\xF4\x90\x80\x80"sv,
                            "\xF5\x80\x80\x80"sv,
                            "\xF0\x9F\x98"sv,
                            "\xF8\x88\x80\x80\x80"sv,
                            "\xFE"sv,
                            "\xFF"sv,
                            "a\xC3"sv,
                            "\xE2\x28\xA1"sv,
                            "valid\xFFvalid"sv}) {
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
        EXPECT_EQ(casefold_nfc(text), std::nullopt) << testing::PrintToString(text);
        EXPECT_EQ(nfc(text), std::nullopt) << testing::PrintToString(text);
        EXPECT_TRUE(has_unprintable(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, LengthCountsCodePoints) {
    EXPECT_EQ(length(""), 0U);
    EXPECT_EQ(length("abc"), 3U);
    EXPECT_EQ(length("\u00E9\u20AC\U0001F600"), 3U);
    EXPECT_EQ(length("e\u0301"), 2U);
}

TEST(Nfc, EmptyTextStaysEmpty) {
    EXPECT_EQ(nfc(""), "");
    EXPECT_EQ(casefold_nfc(""), "");
    EXPECT_FALSE(has_unprintable(""));
}

struct mapping {
    std::string_view from;
    std::string_view to;
};

TEST(Nfc, ComposesAsUax15Says) {
    for (const auto& [from, to] : std::vector<mapping>{
             {"plain", "plain"},
             {"a\0b"sv, "a\0b"sv},
             {"e\u0301", "\u00E9"},
             {"\u212B", "\u00C5"},                // Angstrom sign
             {"\u1100\u1161\u11A8", "\uAC01"},    // Hangul
             {"q\u0307\u0323", "q\u0323\u0307"},  // canonical order
             {"\u0958", "\u0915\u093C"},          // composition exclusion
             {"\uFB01", "\uFB01"},                // compatibility forms stay
             {"\U0001D15E",
              "\U0001D157\U0001D165"},  // exclusion outside the BMP, longer than what it came from
         }) {
        EXPECT_EQ(nfc(from), to) << testing::PrintToString(from);
    }
}

TEST(Casefold, MapsCaseAndCompositionTogether) {
    for (const auto& [from, to] : std::vector<mapping>{
             {"Alice", "alice"},
             {"STRASSE", "strasse"},
             {"Stra\u00DFe", "strasse"},
             {"E\u0301", "\u00E9"},
             {"\u00C9", "\u00E9"},
             {"\u03A3", "\u03C3"},  // all three sigmas are one
             {"\u03C2", "\u03C3"},
             {"\u0130", "i\u0307"},  // full folding, not the Turkish one
             {"\u212A", "k"},        // Kelvin sign
             {"\u1F80", "\u1F00\u03B9"},
         }) {
        EXPECT_EQ(casefold_nfc(from), to) << testing::PrintToString(from);
    }
}

TEST(Casefold, OrderOfMarksAroundIotaSubscriptDoesNotMatter) {
    // Unicode 3.13: without the decomposition before the folding these two differ.
    EXPECT_EQ(casefold_nfc("\u03B1\u0345\u0301"), casefold_nfc("\u03B1\u0301\u0345"));
    EXPECT_EQ(casefold_nfc("\u1FB4"), casefold_nfc("\u03B1\u0345\u0301"));
}

TEST(Casefold, IsIdempotent) {
    for (const auto text :
         {"\u1FB4"sv, "\u0390"sv, "Stra\u00DFe"sv, "\u0130"sv, "\uFB03"sv, "\u0149"sv, "\u1E9E"sv}) {
        const auto once = casefold_nfc(text);
        ASSERT_TRUE(once);
        EXPECT_EQ(casefold_nfc(*once), once);
    }
}

TEST(Unprintable, FindsWhatCannotBeSeen) {
    for (const auto text : {"\n"sv, "\0"sv, "\x7F"sv, "\u0085"sv, "a\u00A0b"sv, "\u2003"sv, "\u200B"sv,
                            "\u200D"sv, "\u202E"sv, "\u2028"sv, "\u2029"sv, "\uFEFF"sv, "\uE000"sv,
                            "\u0378"sv, "\uFFFF"sv, "\u3164"sv, "\u00AD"sv, "\U000E0041"sv}) {
        EXPECT_TRUE(has_unprintable(text)) << testing::PrintToString(text);
    }
}

TEST(Unprintable, LeavesWordsAlone) {
    for (const auto text : {"Alice Liddell"sv, "\u00E9t\u00E9"sv, "\u5C0F\u6797"sv, "\u0639\u0644\u064A"sv,
                            "\U0001F600"sv, "a+b@c.d"sv, "e\u0301"sv}) {
        EXPECT_FALSE(has_unprintable(text)) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace latchkey::unicode
