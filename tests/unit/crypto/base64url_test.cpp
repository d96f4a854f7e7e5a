#include "crypto/base64url.hpp"

#include <gtest/gtest.h>

#include "unit/crypto/bytes.hpp"

namespace latchkey::crypto {
namespace {

struct row {
    std::string_view plain;
    std::string_view encoded;
};

// RFC 4648 section 10 without padding, RFC 7515 appendix C, and the two letters that differ from plain
// Base64.
constexpr row good_rows[] = {
    {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\x03\xec\xff\xe0\xc1", "A-z_4ME"},
};

TEST(base64url, EncodesTheExamplesOfTheRfcs) {
    for (const auto& [plain, encoded] : good_rows) {
        EXPECT_EQ(base64url::encode(plain), encoded);
        EXPECT_EQ(base64url::encoded_size(plain.size()), encoded.size());
    }
}

TEST(base64url, DecodesTheExamplesOfTheRfcs) {
    for (const auto& [plain, encoded] : good_rows) {
        const auto bytes = test::from_base64url(encoded);
        EXPECT_EQ(std::string(bytes.begin(), bytes.end()), plain) << encoded;
    }
}

TEST(base64url, RefusesWhatIsNotCanonical) {
    for (const std::string_view text : {
             "A",        "AAAAA",                       // no byte has six bits
             "Zg==",     "Zm8=",     "Zm9v====",        // padding
             "Zh",       "Zn",       "Zo",       "Z_",  // stray bits after one byte
             "Zm9",      "Zm-",      "Zm_",             // stray bits after two bytes
             "Zm9v Zm9", "Zm9vYg\n", "\nZm9v",   " ",   // blanks
             "Zm+v",     "Zm/v",     "Zm.v",     "Zm9v.", "Z\x80", "\xff\xff", "Zm9\xc3",
         }) {
        std::array<std::uint8_t, 64> out;
        EXPECT_FALSE(base64url::decode(text, out)) << text;
    }
    std::array<std::uint8_t, 64> out;
    EXPECT_FALSE(base64url::decode(std::string_view("Zm\0v", 4), out));
}

TEST(base64url, AcceptsExactlyTheCharactersOfTheAlphabetAtEveryPlace) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int c = 0; c < 256; ++c)
        for (std::size_t place = 0; place < 4; ++place) {
            std::string text = "AAAA";
            text[place] = static_cast<char>(c);
            std::array<std::uint8_t, 8> out;
            const bool known = alphabet.find(static_cast<char>(c)) != alphabet.npos;
            EXPECT_EQ(base64url::decode(text, out).has_value(), known) << c << " at " << place;
        }
}

TEST(base64url, GivesBackEveryPairOfBytes) {
    for (int value = 0; value < 65536; ++value) {
        const std::array<std::uint8_t, 2> pair{static_cast<std::uint8_t>(value >> 8),
                                               static_cast<std::uint8_t>(value & 0xff)};
        const auto back = test::from_base64url(base64url::encode(pair));
        ASSERT_TRUE(std::equal(back.begin(), back.end(), pair.begin(), pair.end())) << value;
    }
}

TEST(base64url, RefusesABufferThatMightBeTooSmall) {
    std::array<std::uint8_t, 4> out;
    EXPECT_FALSE(base64url::decode("Zm9v", out));  // decoded_capacity is 5
}

TEST(base64url, AppendsBehindWhatIsThere) {
    std::string out = "header.";
    base64url::append(out, test::bytes_of("foob"));
    EXPECT_EQ(out, "header.Zm9vYg");
}

}  // namespace
}  // namespace latchkey::crypto
