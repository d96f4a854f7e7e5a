#include "passwords/policy.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

secret of(std::string_view text) {
    return secret(text);
}

TEST(PasswordPolicy, HashesTheComposedForm) {
    const auto decomposed = normalize(of("cafe\xCC\x81"));
    ASSERT_TRUE(decomposed);
    EXPECT_EQ(decomposed->view(), "caf\xC3\xA9");
    EXPECT_EQ(normalize(of("caf\xC3\xA9"))->view(), "caf\xC3\xA9");
}

TEST(PasswordPolicy, KeepsCaseBlanksAndTheEmptyPassword) {
    EXPECT_EQ(normalize(of(" A  b\t"))->view(), " A  b\t");
    EXPECT_EQ(normalize(of(""))->view(), "");
}

TEST(PasswordPolicy, KeepsZeroBytes) {
    const std::string text("a\0b", 3);
    EXPECT_EQ(normalize(of(text))->view(), text);
}

TEST(PasswordPolicy, RefusesWhatIsNotUtf8) {
    for (const std::string_view bad :
         {"\xFF", "\xC0\x80", "\xED\xA0\x80", "abc\xE2\x82", "\xF5\x80\x80\x80"}) {
        const auto normal = normalize(of(bad));
        ASSERT_FALSE(normal) << bad;
        EXPECT_EQ(normal.error(), errc::password_not_utf8);
    }
}

TEST(PasswordPolicy, LimitsTheBytesOfTheComposedForm) {
    EXPECT_TRUE(normalize(of(std::string(1024, 'x'))));
    for (const std::size_t size : {1025U, 4096U, 4097U, 100'000U}) {
        const auto normal = normalize(of(std::string(size, 'x')));
        ASSERT_FALSE(normal) << size;
        EXPECT_EQ(normal.error(), errc::password_too_long);
    }
    std::string jamo;  // 1024 bytes and a little when composed, three times that as typed
    for (int i = 0; i < 341; ++i)
        jamo += "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8";
    ASSERT_TRUE(normalize(of(jamo)));
    EXPECT_EQ(normalize(of(jamo))->size(), 1023U);
    EXPECT_EQ(normalize(of(jamo + "\xE1\x84\x80")).error(), errc::password_too_long);
}

TEST(PasswordPolicy, CountsCodePointsNotBytes) {
    std::string fourteen;
    for (int i = 0; i < 14; ++i)
        fourteen += "\xF0\x9F\x94\x91";  // a key
    const auto refused = admit(of(fourteen), policy{15});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::password_too_short);
    EXPECT_TRUE(admit(of(fourteen + "x"), policy{15}));
}

TEST(PasswordPolicy, CountsAfterComposition) {
    EXPECT_FALSE(admit(of("e\xCC\x81"), policy{2}));
    EXPECT_TRUE(admit(of("e\xCC\x81x"), policy{2}));
}

TEST(PasswordPolicy, AsksForNoComposition) {
    EXPECT_TRUE(admit(of("kqzxjwvbmfhgtrpn"), make_policy(15, "built-in", "latchkey")));
}

TEST(PasswordPolicy, RefusesWhatIsCommonUnlessToldNotTo) {
    const auto refused = admit(of("passwordpassword"), make_policy(15, "built-in", "latchkey"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::password_too_common);
    EXPECT_TRUE(admit(of("passwordpassword"), make_policy(15, "off", "latchkey")));
    EXPECT_TRUE(admit(of("passwordpassword"), policy{}));
}

TEST(PasswordPolicy, SaysTooShortFirst) {
    EXPECT_EQ(admit(of("password"), make_policy(15, "built-in", "latchkey")).error(),
              errc::password_too_short);
}

TEST(PasswordPolicy, KnowsTheOwnerAndTheService) {
    const auto rules = make_policy(15, "built-in", "https://auth.zanzibar.example");
    const auto admitted = [&](std::string_view password, const owner& by) {
        return admit(of(password), rules, by).has_value();
    };
    for (const std::string_view password : {"zanzibar_2026_!?", "LATCHKEY_2026_!?"})
        EXPECT_FALSE(admitted(password, {})) << password;
    EXPECT_TRUE(admitted("Xerxes.2026/!?r", {}));
    EXPECT_FALSE(admitted("Xerxes.2026/!?r", {.username = "XERXES"}));
    EXPECT_FALSE(admitted("Xerxes.2026/!?r", {.email = "xerxes@example.com"}));
}

TEST(PasswordPolicy, JudgesAPasswordThatIsInUseWhateverItsLength) {
    const auto rules = make_policy(15, "built-in", "latchkey");
    EXPECT_TRUE(is_too_common(of("secret"), rules, {}));
    EXPECT_FALSE(is_too_common(of("kqzxjwvb"), rules, {}));
}

}  // namespace
}  // namespace latchkey::passwords
