#include "crypto/hmac_sha256.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "unit/crypto/bytes.hpp"
#include "vectors/jose/tokens.hpp"

namespace latchkey::crypto {
namespace {

using test::bytes_of;
using test::from_hex;

std::string mac(std::string_view key, std::string_view message) {
    const auto tag = hmac_sha256(bytes_of(key)).mac(message);
    return {tag.begin(), tag.end()};
}

TEST(hmac_sha256, MakesTheMacsOfRfc4231) {
    const std::string long_key(131, '\xaa');
    std::string counting;
    for (char c = 1; c <= 25; ++c)
        counting += c;
    EXPECT_EQ(mac(std::string(20, '\x0b'), "Hi There"),
              from_hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    EXPECT_EQ(mac("Jefe", "what do ya want for nothing?"),
              from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    EXPECT_EQ(mac(std::string(20, '\xaa'), std::string(50, '\xdd')),
              from_hex("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
    EXPECT_EQ(mac(counting, std::string(50, '\xcd')),
              from_hex("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"));
    EXPECT_EQ(mac(long_key, "Test Using Larger Than Block-Size Key - Hash Key First"),
              from_hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    EXPECT_EQ(
        mac(long_key,
            "This is a test using a larger than block-size key and a larger than block-size data. The key "
            "needs to be hashed before being used by the HMAC algorithm."),
        from_hex("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"));
}

TEST(hmac_sha256, VerifiesTheTokenOfRfc7515AppendixA1) {
    const std::string_view token = vectors::rfc7515_a1;
    const auto dot = token.rfind('.');
    const hmac_sha256 hmac(test::from_base64url(vectors::jose_vectors[0].key));
    EXPECT_TRUE(hmac.verify(token.substr(0, dot), test::from_base64url(token.substr(dot + 1))));
}

TEST(hmac_sha256, RefusesATagWithAnyBitChanged) {
    const hmac_sha256 hmac(bytes_of("key"));
    const auto right = hmac.mac("message");
    EXPECT_TRUE(hmac.verify("message", right));
    for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
        auto wrong = right;
        wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(hmac.verify("message", wrong)) << bit;
    }
}

TEST(hmac_sha256, RefusesATruncatedAndAnExtendedTag) {
    const hmac_sha256 hmac(bytes_of("key"));
    const auto right = hmac.mac("message");
    std::vector<std::uint8_t> longer(right.begin(), right.end());
    longer.push_back(0);
    EXPECT_FALSE(hmac.verify("message", {}));
    EXPECT_FALSE(hmac.verify("message", std::span(right).first(31)));
    EXPECT_FALSE(hmac.verify("message", longer));
}

TEST(hmac_sha256, GivesTheSameMacAgainAndInAnotherThread) {
    const hmac_sha256 hmac(bytes_of("key"));
    const auto first = hmac.mac("message");
    hmac_sha256::tag other{};
    std::thread([&] { other = hmac.mac("message"); }).join();
    EXPECT_EQ(hmac.mac("message"), first);
    EXPECT_EQ(other, first);
}

}  // namespace
}  // namespace latchkey::crypto
