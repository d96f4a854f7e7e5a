#include "config/secrets.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

namespace latchkey::config {
namespace {

// Made for this test only.
constexpr std::string_view good = "Jr9mVYx2kq0TtSb7uHcLwE4dZ8nQpF1aGvKoXy6iMhU=";

std::string reason(std::string_view text) {
    const auto bad = judge_secret(secret(text));
    return bad ? bad->reason : "";
}

TEST(Secret, MayBeRandomText) {
    EXPECT_EQ(reason(good), "");
    EXPECT_EQ(reason("f3a9c81e5d7b2046e8f1a3c5b7d90e2f"), "");
    EXPECT_EQ(reason("\x01\xfe\x33 nine seven tangerine lanterns, at dusk"), "");
}

TEST(Secret, OfThirtyOneBytesIsTooShort) {
    EXPECT_EQ(reason(good.substr(0, 31)), "is shorter than 32 bytes");
    EXPECT_EQ(reason(good.substr(0, 32)), "");
    EXPECT_EQ(reason(""), "is empty");
}

TEST(Secret, ThatEverybodyKnowsIsRefused) {
    for (const auto* sample :
         {"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
          "09D25E094FAA6CA2556C818166B7A9563B93F7099F6F0F4CAA6CF63B88E8D3E7",
          "a-string-secret-at-least-256-bits-long", "your-256-bit-secret", "changeme",
          "Change-Me-Please-In-Production-9182", "your-secret-key-here-0123456789-abc",
          "django-insecure-jr9mvyx2kq0ttsb7uhclwe4dz8nq",
          "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
          "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})
        EXPECT_EQ(reason(sample), "is a sample that everybody knows") << sample;
    EXPECT_NE(reason("secret"), "");
}

TEST(Secret, ThatIsAPatternIsRefused) {
    for (const std::string& pattern :
         {std::string(64, 'a'), std::string("secretsecretsecretsecretsecretsecret"),
          std::string("0101010101010101010101010101010101"),
          std::string("correct horse battery correct horse battery "),
          std::string("0123456789abcdefghijklmnopqrstuvwxyz"),
          std::string("zyxwvutsrqponmlkjihgfedcba9876543210"), std::string(40, '\0')})
        EXPECT_EQ(reason(pattern), "is a pattern, not random") << pattern;
}

TEST(Secret, RefusalNamesTheCommandThatMakesOne) {
    EXPECT_EQ(judge_secret(secret("short"))->remedy, "openssl rand -base64 48");
}

struct admission {
    std::optional<secret> value;
    problems wrong;
};

admission admit(std::optional<std::string_view> value, std::optional<std::string> file,
                parsed<std::string> content = std::string()) {
    admission a;
    secret_source source{"LATCHKEY_MASTER_KEY", std::nullopt, std::move(file)};
    if (value) source.value.emplace(*value);
    const auto read = [&](const std::string&) -> parsed<secret> {
        if (!content) return content.error();
        return secret(*content);
    };
    a.value = admit_secret(std::move(source), read, a.wrong);
    return a;
}

TEST(AdmitSecret, TakesTheValueOrTheFile) {
    EXPECT_EQ(admit(good, {}).value->view(), good);
    EXPECT_EQ(admit({}, "/key", std::string(good)).value->view(), good);
    const auto none = admit({}, {});
    EXPECT_FALSE(none.value);
    EXPECT_TRUE(none.wrong.empty());
}

TEST(AdmitSecret, RefusesBothAtOnce) {
    const auto both = admit(good, "/key", std::string(good));
    EXPECT_FALSE(both.value);
    ASSERT_EQ(both.wrong.size(), 1u);
    EXPECT_EQ(both.wrong[0].why, "is set, and LATCHKEY_MASTER_KEY_FILE too");
}

TEST(AdmitSecret, FailsClosedOnABadOneAndNeverShowsIt) {
    for (const auto& a : {admit("hunter2", {}), admit({}, "/key", std::string("hunter2")), admit("", {}),
                          admit({}, "/key", bad_value{"may be read by every user", "chmod 600 /key"})}) {
        EXPECT_FALSE(a.value);
        ASSERT_EQ(a.wrong.size(), 1u);
        const auto& p = a.wrong[0];
        EXPECT_EQ(p.what, "LATCHKEY_MASTER_KEY");
        EXPECT_EQ((p.where + p.why + p.remedy).find("hunter2"), std::string::npos);
    }
}

TEST(TakeSecrets, WipesTheVariableWhereItStood) {
    ASSERT_EQ(::setenv("LATCHKEY_MASTER_KEY", std::string(good).c_str(), 1), 0);
    const char* const where = std::getenv("LATCHKEY_MASTER_KEY");
    const auto taken = take_secrets();
    EXPECT_EQ(taken.values.master_key->view(), good);
    EXPECT_EQ(std::getenv("LATCHKEY_MASTER_KEY"), nullptr);
    // glibc keeps the strings that setenv made, so looking is allowed.
    EXPECT_EQ(*where, '\0');
    EXPECT_FALSE(take_secrets().values.master_key);
}

TEST(TakeSecrets, WipesTheVariableThatItRefuses) {
    ASSERT_EQ(::setenv("LATCHKEY_TOKENS_HMAC_SECRET", "changeme", 1), 0);
    const auto taken = take_secrets();
    EXPECT_FALSE(taken.values.hmac_secret);
    EXPECT_EQ(taken.problems.size(), 1u);
    EXPECT_EQ(std::getenv("LATCHKEY_TOKENS_HMAC_SECRET"), nullptr);
}

}  // namespace
}  // namespace latchkey::config
