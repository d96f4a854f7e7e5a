#include "base/append.hpp"

#include <gmock/gmock.h>

namespace latchkey {
namespace {

TEST(Append, PutsTextsBehindWhatIsThere) {
    std::string out = "a";
    const std::string b = "b";
    append(out, b, "cd", std::string_view("e"));
    EXPECT_EQ(out, "abcde");
}

TEST(Append, TakesEmptyTextsAndBytesOfEveryKind) {
    std::string out;
    append(out, "", std::string_view(), std::string("\0\xff", 2), "");
    EXPECT_EQ(out, std::string("\0\xff", 2));
}

TEST(Append, GrowsOnce) {
    std::string out;
    const std::string long_text(1'000, 'x');
    append(out, long_text, long_text, long_text);
    EXPECT_EQ(out, long_text + long_text + long_text);
    EXPECT_EQ(out.capacity(), out.size());
}

}  // namespace
}  // namespace latchkey
