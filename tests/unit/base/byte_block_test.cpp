#include "base/byte_block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey {
namespace {

TEST(ByteBlock, FindsAMarkedByteAtEveryPlaceOfEveryLength) {
    const auto is_deleted = [](byte_block b) { return b == 0x7F; };
    for (std::size_t size = 0; size <= 50; ++size) {
        std::string text(size, '~');
        EXPECT_FALSE(any_marked(text, is_deleted)) << size;
        for (std::size_t at = 0; at < size; ++at) {
            text[at] = '\x7F';
            EXPECT_TRUE(any_marked(text, is_deleted)) << at << " of " << size;
            text[at] = '~';
        }
    }
}

TEST(ByteBlock, LooksAtNothingBehindTheText) {
    const std::string text = std::string(20, '~') + std::string(40, '\x7F');
    for (std::size_t size = 0; size <= 20; ++size)
        EXPECT_FALSE(any_marked({text.data(), size}, [](byte_block b) { return b == 0x7F; })) << size;
}

TEST(ByteBlock, ComparesBytesWithoutASign) {
    EXPECT_FALSE(any_marked("\xFF\x80 ", [](byte_block b) { return b < 0x20; }));
    EXPECT_TRUE(any_marked("\x1F", [](byte_block b) { return b < 0x20; }));
}

TEST(ByteBlock, CountsTheBytesBeforeTheFirstOfAKind) {
    for (std::size_t first = 0; first <= 16; ++first)
        for (std::size_t second = first; second <= 16; ++second) {
            std::string text(16, 'a');
            if (first < 16) text[first] = '-';
            if (second < 16) text[second] = '-';
            EXPECT_EQ(before_first(byte_block(load<byte_block>(text.data()) == '-')), first) << second;
        }
}

}  // namespace
}  // namespace latchkey
