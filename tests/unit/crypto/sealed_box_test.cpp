#include "crypto/sealed_box.hpp"

#include <gtest/gtest.h>

#include "unit/crypto/bytes.hpp"

namespace latchkey::crypto {
namespace {

constexpr std::string_view master_text = "correct horse battery staple, thirty-two bytes and more";
const master_key& key() {
    static const master_key made{secret(master_text)};
    return made;
}

TEST(master_key, OpensWhatItSealed) {
    const auto sealed = key().seal(secret("secret key material"), "signing_key:abc");
    const auto opened = key().open(sealed, "signing_key:abc");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->view(), "secret key material");
}

// Made with Python's hashlib.blake2b(person=…) and PyNaCl: what was sealed by an older Latchkey must stay
// readable.
TEST(master_key, OpensWhatAnotherImplementationSealed) {
    const auto sealed = test::from_hex(
        "000102030405060708090a0b0c0d0e0f10111213141516175cdcfd63a2b60fb6808027404d7ad354603bcc7c3610f6596599"
        "53668d4b"
        "f13da1b761");
    const auto opened = key().open(sealed, "signing_key:abc");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->view(), "secret key material");
}

TEST(master_key, RefusesAnotherContext) {
    const auto sealed = key().seal(secret("material"), "signing_key:abc");
    EXPECT_EQ(key().open(sealed, "signing_key:abd").error(), errc::unsealing_failed);
    EXPECT_EQ(key().open(sealed, "").error(), errc::unsealing_failed);
}

TEST(master_key, RefusesAnotherMasterKey) {
    const auto sealed = key().seal(secret("material"), "context");
    const master_key other{secret("another master key of thirty-two bytes!")};
    EXPECT_EQ(other.open(sealed, "context").error(), errc::unsealing_failed);
}

TEST(master_key, RefusesEveryChangedByteAndEveryTruncation) {
    const auto sealed = key().seal(secret("material"), "context");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(key().open(changed, "context")) << i;
        EXPECT_FALSE(key().open(std::string_view(sealed).substr(0, i), "context")) << i;
    }
    EXPECT_FALSE(key().open(sealed + '\0', "context"));
}

TEST(master_key, SealsTheSameTextDifferentlyEachTime) {
    EXPECT_NE(key().seal(secret("material"), "context"), key().seal(secret("material"), "context"));
}

TEST(master_key, SealsNothingAtAll) {
    const auto opened = key().open(key().seal(secret(), "context"), "context");
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->empty());
}

}  // namespace
}  // namespace latchkey::crypto
