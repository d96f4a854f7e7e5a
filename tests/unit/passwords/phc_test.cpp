#include "passwords/phc.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

const std::string salt22 = "AAECAwQFBgcICQoLDA0ODw";                      // bytes 0 to 15
const std::string tag43 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";  // bytes 0 to 31

std::string with(const std::string& head) {
    return head + "$" + salt22 + "$" + tag43;
}

TEST(Phc, ReadsEveryPart) {
    const auto hash = parse_phc(with("$argon2id$v=19$m=19456,t=2,p=1"));
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->variant, argon2_variant::argon2id);
    EXPECT_EQ(hash->parameters, (argon2_parameters{19456, 2, 1}));
    EXPECT_EQ(hash->salt.size(), 16U);
    EXPECT_EQ(hash->salt.back(), 15);
    EXPECT_EQ(hash->tag.size(), 32U);
    EXPECT_EQ(hash->tag.back(), 31);
}

TEST(Phc, ReadsAndWritesTheSameText) {
    const std::string a64(86, 'A');  // 64 zero bytes
    const std::string good[] = {
        with("$argon2id$v=19$m=19456,t=2,p=1"),
        with("$argon2i$v=19$m=4096,t=3,p=1"),
        with("$argon2id$v=19$m=8,t=1,p=1"),
        with("$argon2id$v=19$m=512,t=1,p=64"),
        with("$argon2id$v=19$m=1048576,t=4,p=64"),
        with("$argon2id$v=19$m=65536,t=64,p=64"),
        "$argon2id$v=19$m=64,t=1,p=8$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=8$" + a64 + "$" + a64,
    };
    for (const auto& text : good) {
        const auto hash = parse_phc(text);
        ASSERT_TRUE(hash) << text;
        EXPECT_EQ(format_phc(*hash), text);
    }
}

TEST(Phc, RefusesWhatIsNotCanonicalOrTooCostly) {
    const std::string head = "$argon2id$v=19$m=19456,t=2,p=1$";
    const std::string bad[] = {
        "",
        "$",
        "$argon2id$",
        with("argon2id$v=19$m=19456,t=2,p=1"),
        with("$argon2d$v=19$m=19456,t=2,p=1"),
        with("$Argon2id$v=19$m=19456,t=2,p=1"),
        with("$argon2id$v=16$m=19456,t=2,p=1"),
        with("$argon2id$m=19456,t=2,p=1"),
        with("$argon2id$v=19$t=2,m=19456,p=1"),
        with("$argon2id$v=19$m=019456,t=2,p=1"),
        with("$argon2id$v=19$m=+19456,t=2,p=1"),
        with("$argon2id$v=19$m=19456, t=2,p=1"),
        with("$argon2id$v=19$m=0,t=2,p=1"),
        with("$argon2id$v=19$m=19456,t=0,p=1"),
        with("$argon2id$v=19$m=19456,t=2,p=0"),
        with("$argon2id$v=19$m=7,t=2,p=1"),
        with("$argon2id$v=19$m=15,t=2,p=2"),
        with("$argon2id$v=19$m=1048577,t=2,p=1"),
        with("$argon2id$v=19$m=19456,t=65,p=1"),
        with("$argon2id$v=19$m=1048576,t=5,p=1"),
        with("$argon2id$v=19$m=65537,t=64,p=1"),
        with("$argon2id$v=19$m=19456,t=2,p=65"),
        with("$argon2id$v=19$m=4294967296,t=2,p=1"),
        with("$argon2id$v=19$m=18446744073709551617,t=2,p=1"),
        with("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA"),
        with("$argon2id$v=19$m=19456,t=2,p=1") + "$",
        with("$argon2id$v=19$m=19456,t=2,p=1") + " ",
        with("$argon2id$v=19$m=19456,t=2,p=1") + "\n",
        with("$argon2id$v=19$m=19456,t=2,p=1") + std::string(1, '\0'),
        head + salt22,
        head + salt22 + "$",
        head + "$" + tag43,
        head + "c29tZXNhbA$" + tag43,                // a salt of 7 bytes
        head + salt22 + "$AAAAAAAAAAAAAAAAAAAA",     // a tag of 15 bytes
        head + std::string(87, 'A') + "$" + tag43,   // not a length base64 has
        head + std::string(88, 'A') + "$" + tag43,   // a salt of 66 bytes
        head + salt22 + "$" + std::string(88, 'A'),  // a tag of 66 bytes
        head + "AAECAwQFBgcICQoLDA0ODx$" + tag43,    // stray bits
        head + salt22 +
            "$AAECAwQFBgcICQoLDA0ODxAREh\xB0"
            "UFRYXGBkaGxwdHh8",
        head + salt22 + "==$" + tag43,              // padding
        head + "AAECAwQFBgcICQoLDA0O-w$" + tag43,   // the URL alphabet
        head + "AAECAwQFBg cICQoLDA0ODw$" + tag43,  // a blank
    };
    for (const auto& text : bad) {
        const auto hash = parse_phc(text);
        ASSERT_FALSE(hash) << text;
        EXPECT_EQ(hash.error(), errc::unsupported_hash);
    }
}

}  // namespace
}  // namespace latchkey::passwords
