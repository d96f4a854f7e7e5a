#include "sessions/refresh_token.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <string>

#include "unit/crypto/bytes.hpp"

namespace latchkey::sessions {
namespace {

secret key_of(std::uint8_t first, std::size_t size = 32) {
    secret key = secret::of_size(size);
    std::iota(key.bytes().begin(), key.bytes().end(), first);
    return key;
}

const refresh_token_codec codec{key_of(0)};

refresh_token token_of(std::string_view session, std::uint32_t counter) {
    return {{crypto::uuid::parse(session).value()}, counter};
}

struct row {
    std::string_view session;
    std::uint32_t counter;
    std::string_view text;
};

// Made by the Python lines of src/sessions/FORMAT.md, with the key 00 01 02 … 1f.
constexpr row vectors[] = {
    {"0190163d-8694-739b-aea5-966c26f8ad91", 0, "AQGQFj2GlHObrqWWbCb4rZEAAAAAUEbKzYlOso7AOqxaF3EGzw"},
    {"0190163d-8694-739b-aea5-966c26f8ad91", 7, "AQGQFj2GlHObrqWWbCb4rZEAAAAHqQR426G4YYVcx7AFKoUqSA"},
    {"0190163d-8694-739b-aea5-966c26f8ad91", 0x01020304,
     "AQGQFj2GlHObrqWWbCb4rZEBAgME51SQVlS9HVccJVQYFuj7hw"},
    {"00000000-0000-0000-0000-000000000000", 0, "AQAAAAAAAAAAAAAAAAAAAAAAAAAAzyTFTNmrh2wfGDINtgz97w"},
    {"ffffffff-ffff-ffff-ffff-ffffffffffff", 0xffffffff,
     "Af__________________________X7TbJjnu2Y9Y_sxEStvV-Q"},
};
constexpr std::string_view good = vectors[1].text;

TEST(refresh_token, WritesTheVectors) {
    for (const auto& [session, counter, text] : vectors)
        EXPECT_EQ(codec.encode(token_of(session, counter)).view(), text);
}

TEST(refresh_token, ReadsTheVectors) {
    for (const auto& [session, counter, text] : vectors) {
        const auto token = codec.decode(text);
        ASSERT_TRUE(token) << text;
        EXPECT_EQ(token->session.value.text(), session);
        EXPECT_EQ(token->counter, counter);
    }
}

TEST(refresh_token, RefusesEverySingleBitChangedInItsBytes) {
    const auto bytes = test::from_base64url(good);
    ASSERT_EQ(bytes.size(), 37u);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto changed = bytes;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
        EXPECT_FALSE(codec.decode(crypto::base64url::encode(changed))) << "bit " << bit;
    }
}

TEST(refresh_token, RefusesEverySingleCharacterChangedInItsText) {
    for (std::size_t at = 0; at < good.size(); ++at)
        for (int c = 0; c < 256; ++c) {
            std::string changed(good);
            changed[at] = static_cast<char>(c);
            EXPECT_EQ(codec.decode(changed).has_value(), changed == good) << c << " at " << at;
        }
}

TEST(refresh_token, RefusesEveryOtherLength) {
    const std::string twice = std::string(good) + std::string(good);
    for (std::size_t size = 0; size <= twice.size(); ++size)
        EXPECT_EQ(codec.decode(twice.substr(0, size)).has_value(), size == good.size()) << size;
    for (const auto* around : {" ", "=", "==", "\n"}) {
        EXPECT_FALSE(codec.decode(std::string(good) + around));
        EXPECT_FALSE(codec.decode(around + std::string(good)));
    }
    EXPECT_FALSE(codec.decode(std::string(refresh_token_size, '\0')));
}

TEST(refresh_token, RefusesAnotherVersionWithARightMac) {
    EXPECT_FALSE(codec.decode("AAGQFj2GlHObrqWWbCb4rZEAAAAH93PSD7eLQ4SZPhJfyT6d9A"));  // version 0
    EXPECT_FALSE(codec.decode("AgGQFj2GlHObrqWWbCb4rZEAAAAHo9kglKWPN-75cB_cJi3IgA"));  // version 2
}

TEST(refresh_token, RefusesATokenOfAnotherKey) {
    const refresh_token_codec other{key_of(1)};
    EXPECT_FALSE(other.decode(good));
    EXPECT_TRUE(other.decode(other.encode(token_of(vectors[1].session, 7)).view()));
}

TEST(refresh_token, RefusesAKeyThatIsNot32Bytes) {
    for (const std::size_t size : {0u, 16u, 31u, 33u, 64u})
        EXPECT_THROW(refresh_token_codec{key_of(0, size)}, std::invalid_argument) << size;
}

}  // namespace
}  // namespace latchkey::sessions
