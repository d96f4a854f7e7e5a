#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "clients/client.hpp"
#include "unit/crypto/bytes.hpp"

namespace latchkey::clients {
namespace {

constexpr unix_time now{std::chrono::seconds{1'800'000'000}};

// hashlib.sha256(b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").hexdigest()
constexpr std::string_view known_text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
constexpr std::string_view known_digest = "ea866a757e4c38babfa8127cbe9a409d3e1f93a00ff1488ff735fcf917afffd0";
// FIPS 180-4: SHA-256 of nothing.
constexpr std::string_view digest_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

client client_with(std::initializer_list<std::string> digests) {
    client c;
    for (const auto& digest : digests)
        c.secrets.push_back({"secret" + std::to_string(c.secrets.size()), digest, now});
    return c;
}

TEST(client_secret, IsVerifiedByTheSha256OfItsText) {
    EXPECT_TRUE(verify_client_secret(client_with({test::from_hex(known_digest)}), known_text));
}

TEST(client_secret, EveryOtherTextIsWrong) {
    const auto c = client_with({test::from_hex(known_digest)});
    for (std::size_t bit = 0; bit < known_text.size() * 8; ++bit) {
        std::string changed(known_text);
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(verify_client_secret(c, changed)) << bit;
    }
    EXPECT_FALSE(verify_client_secret(c, known_text.substr(1)));
    EXPECT_FALSE(verify_client_secret(c, std::string(known_text) + '\0'));
    EXPECT_FALSE(verify_client_secret(c, test::from_hex(known_digest)));
}

TEST(client_secret, BothAreValidWhileOneIsRotated) {
    const auto first = generate_client_secret(now), second = generate_client_secret(now);
    auto c = client_with({});
    c.secrets = {first.stored, second.stored};
    EXPECT_TRUE(verify_client_secret(c, first.text.view()));
    EXPECT_TRUE(verify_client_secret(c, second.text.view()));
    c.secrets.erase(c.secrets.begin());
    EXPECT_FALSE(verify_client_secret(c, first.text.view()));
    EXPECT_TRUE(verify_client_secret(c, second.text.view()));
}

TEST(client_secret, APublicClientHasNone) {
    EXPECT_FALSE(verify_client_secret(client_with({}), known_text));
    EXPECT_FALSE(verify_client_secret(client_with({}), ""));
}

TEST(client_secret, AnEmptyTextIsNeverOne) {
    EXPECT_FALSE(verify_client_secret(client_with({test::from_hex(digest_of_nothing), ""}), ""));
}

TEST(client_secret, ADigestOfTheWrongSizeMatchesNothing) {
    const auto digest = test::from_hex(known_digest);
    for (const std::size_t size : {0u, 1u, 31u})
        EXPECT_FALSE(verify_client_secret(client_with({digest.substr(0, size)}), known_text)) << size;
    EXPECT_FALSE(verify_client_secret(client_with({digest + '\0'}), known_text));
    EXPECT_FALSE(verify_client_secret(client_with({std::string(known_text)}), known_text));
}

TEST(client_secret, AFreshOneIs256BitsOfText) {
    const auto made = generate_client_secret(now);
    EXPECT_EQ(made.text.size(), 43u);
    EXPECT_EQ(test::from_base64url(made.text.view()).size(), 32u);
    EXPECT_EQ(made.stored.digest.size(), 32u);
    EXPECT_EQ(made.stored.created_at, now);
}

TEST(client_secret, NothingOfTheTextIsStored) {
    for (int i = 0; i < 2000; ++i) {
        const auto made = generate_client_secret(now);
        EXPECT_EQ(made.stored.id.size(), 8u);
        EXPECT_NE(made.stored.id.front(), '-');  // an option of the command line
        EXPECT_EQ(made.text.view().find(made.stored.id), std::string_view::npos);
        EXPECT_EQ(made.text.view().find(made.stored.digest), std::string_view::npos);
    }
}

TEST(client_secret, FreshOnesAreDifferent) {
    std::set<std::string> texts, ids;
    for (int i = 0; i < 1000; ++i) {
        const auto made = generate_client_secret(now);
        texts.emplace(made.text.view());
        ids.insert(made.stored.id);
    }
    EXPECT_EQ(texts.size(), 1000u);
    EXPECT_EQ(ids.size(), 1000u);
}

TEST(AddSecret, KeepsTheNewestOldOneValid) {
    client c;
    const auto first = add_secret(c, now);
    const auto second = add_secret(c, now);
    EXPECT_TRUE(verify_client_secret(c, first.view()));
    EXPECT_TRUE(verify_client_secret(c, second.view()));
    const auto third = add_secret(c, now);
    EXPECT_EQ(c.secrets.size(), max_client_secrets);
    EXPECT_FALSE(verify_client_secret(c, first.view()));
    EXPECT_TRUE(verify_client_secret(c, second.view()));
    EXPECT_TRUE(verify_client_secret(c, third.view()));
}

TEST(DropOldSecrets, LeavesTheNewestOnly) {
    client c;
    drop_old_secrets(c);
    EXPECT_TRUE(c.secrets.empty());
    const auto old = add_secret(c, now), newest = add_secret(c, now);
    drop_old_secrets(c);
    EXPECT_FALSE(verify_client_secret(c, old.view()));
    EXPECT_TRUE(verify_client_secret(c, newest.view()));
}

}  // namespace
}  // namespace latchkey::clients
