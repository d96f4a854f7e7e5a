#include "http/characters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::http::characters {
namespace {

TEST(Characters, IgnoresTheCaseOfAsciiLettersOnly) {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b) {
            const std::string left(1, static_cast<char>(a)), right(1, static_cast<char>(b));
            EXPECT_EQ(equal_ignoring_case(left, right), to_lower(left[0]) == to_lower(right[0]))
                << a << " and " << b;
        }
}

TEST(Characters, ComparesEveryPlaceOfEveryLength) {
    for (std::size_t size = 0; size <= 40; ++size) {
        const std::string upper(size, 'Z'), lower(size, 'z');
        EXPECT_TRUE(equal_ignoring_case(upper, lower)) << size;
        EXPECT_FALSE(equal_ignoring_case(upper, lower + 'z')) << size;
        for (std::size_t at = 0; at < size; ++at) {
            std::string other = lower;
            other[at] = '{';
            EXPECT_FALSE(equal_ignoring_case(upper, other)) << at << " of " << size;
        }
    }
}

}  // namespace
}  // namespace latchkey::http::characters
