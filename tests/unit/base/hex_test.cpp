#include "base/hex.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace latchkey {
namespace {

/// Every value, in an order that puts it at several places of a block.
std::vector<std::uint8_t> bytes_of_size(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    return bytes;
}

TEST(Hex, WritesTwoLowerCaseDigitsForEachByte) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t size = 0; size <= 300; ++size) {
        const auto bytes = bytes_of_size(size);
        std::string expected;
        for (const auto byte : bytes)
            expected.append({digits[byte >> 4], digits[byte & 15]});
        EXPECT_EQ(hex::encode(bytes), expected);
    }
}

TEST(Hex, GivesBackWhatWasWritten) {
    for (std::size_t size = 0; size <= 300; ++size) {
        const auto bytes = bytes_of_size(size);
        std::vector<std::uint8_t> back(size);
        EXPECT_TRUE(hex::decode(hex::encode(bytes), back)) << size;
        EXPECT_EQ(back, bytes);
    }
}

TEST(Hex, TakesNoCharacterButLowerCaseDigits) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::vector<std::uint8_t> out(11);  // a block, and a rest
    for (int c = 0; c < 256; ++c)
        for (std::size_t at = 0; at < 22; ++at) {
            std::string text(22, '7');
            text[at] = static_cast<char>(c);
            EXPECT_EQ(hex::decode(text, out), digits.find(text[at]) != digits.npos) << c << " at " << at;
        }
}

TEST(Hex, TakesNoOtherNumberOfDigits) {
    std::vector<std::uint8_t> out(8);
    for (std::size_t size = 0; size <= 40; ++size)
        EXPECT_EQ(hex::decode(std::string(size, '0'), out), size == 16) << size;
}

}  // namespace
}  // namespace latchkey
