#include "http/entity_tag.hpp"

#include <gtest/gtest.h>

namespace latchkey::http {
namespace {

constexpr std::string_view tag = "\"abc\"";

bool is_current(std::string_view if_none_match, std::uint16_t lines = 1) {
    request r;
    r.fields[static_cast<std::size_t>(field::if_none_match)] = {if_none_match, lines};
    return has_current(r, tag);
}

TEST(EntityTag, IsFoundInEveryFormOfTheList) {
    for (const auto text :
         {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "\"x\",\"abc\",\"y\"", "*", " * ", ",, \"abc\"",
          "\"x\" ,\t\"abc\" ", "\"a,b\", \"abc\"", "W/\"x\", W/\"abc\"", "\"abc\", junk", "\"\", \"abc\""})
        EXPECT_TRUE(is_current(text)) << text;
}

TEST(EntityTag, IsNotFoundInAnother) {
    for (const auto text : {"",
                            "abc",
                            "\"ABC\"",
                            "\"abcd\"",
                            "\"ab\"",
                            "\"abc",
                            "abc\"",
                            "w/\"abc\"",
                            "W/ \"abc\"",
                            "\"x\" \"abc\"",
                            "junk, \"abc\"",
                            "\"x\"junk, \"abc\"",
                            "**",
                            "*, \"x\"",
                            ",",
                            "\"",
                            "W/",
                            "\"x, \"abc\"",
                            "'abc'",
                            "\"\\\"abc\\\"\""})
        EXPECT_FALSE(is_current(text)) << text;
}

TEST(EntityTag, IsNotGuessedFromARepeatedField) {
    EXPECT_FALSE(is_current("\"abc\"", 2));
    EXPECT_FALSE(is_current("", 0));
}

}  // namespace
}  // namespace latchkey::http
