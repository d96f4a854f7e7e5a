#include "crypto/base64.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <random>
#include <string>

#include "unit/crypto/bytes.hpp"

namespace latchkey::crypto {
namespace {

std::optional<std::string> decode(std::string_view text) {
    std::string out(base64::decoded_capacity(text.size()), '\0');
    const auto size = base64::decode(
        text, {reinterpret_cast<std::uint8_t*>(out.data()), base64::decoded_capacity(text.size())});
    if (!size) return std::nullopt;
    return out.substr(0, *size);
}

std::string encode(std::string_view plain, int variant) {
    std::string out(sodium_base64_encoded_len(plain.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), test::bytes_of(plain).data(), plain.size(), variant);
    out.pop_back();  // the terminating zero
    return out;
}

// RFC 4648 section 10, with padding and without, and the two letters that base64url does not have.
TEST(base64, DecodesTheExamplesOfTheRfc) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"Zg", "f"},
        {"Zm8", "fo"},
        {"Zm9vYg", "foob"},
        {"A+z/4ME=", "\x03\xec\xff\xe0\xc1"},
    };
    for (const auto& [encoded, plain] : rows)
        EXPECT_EQ(decode(encoded), plain) << encoded;
}

TEST(base64, RefusesWhatIsNotCanonical) {
    for (const std::string_view text : {
             "A",        "AAAAA",  // no byte has six bits
             "=",        "==",       "===",    "====",   "Zg=",   "Zg===", "Zm8==",   "Zm9v=",
             "Zm9v==",   "Zm9v====", "Z===",                       // padding
             "Zg==Zg==", "Zg=A",     "=Zg=",   "Zg==\n", "Zg== ",  // more behind it
             "Zh",       "Zh==",     "Zn",     "Zo",     "Z/==",   // stray bits after one byte
             "Zm9",      "Zm9=",     "Zm+",    "Zm/=",             // stray bits after two bytes
             "Zm9v Zm9", " Zm9",     "Zm9v\n", "Zm9-",   "Zm9_",  "Zm9.",  "Z\x80==", "\xff\xff\xff\xff",
         })
        EXPECT_FALSE(decode(text)) << text;
    EXPECT_FALSE(decode(std::string_view("Zm\0v", 4)));
}

TEST(base64, AcceptsExactlyTheCharactersOfTheAlphabetAtEveryPlace) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int c = 0; c < 256; ++c)
        for (std::size_t place = 0; place < 132; ++place) {
            std::string text(132, 'A');
            text[place] = static_cast<char>(c);
            const bool known = alphabet.find(static_cast<char>(c)) != alphabet.npos;
            const bool pads = c == '=' && place == text.size() - 1;
            EXPECT_EQ(decode(text).has_value(), known || pads) << c << " at " << place;
        }
}

TEST(base64, DecodesWhateverWasEncoded) {
    std::mt19937 random(1);
    std::string plain;
    for (int i = 0; i < 300; ++i, plain += static_cast<char>(random()))
        for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING})
            EXPECT_EQ(decode(encode(plain, variant)), plain);
}

TEST(base64, WritesNothingWithoutRoom) {
    std::array<std::uint8_t, 5> out{};
    EXPECT_FALSE(base64::decode("Zm9v", std::span(out)));
    EXPECT_EQ(out, (std::array<std::uint8_t, 5>{}));
}

}  // namespace
}  // namespace latchkey::crypto
