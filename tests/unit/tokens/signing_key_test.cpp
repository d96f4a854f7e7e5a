#include "tokens/signing_key.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/crypto/bytes.hpp"
#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

constexpr algorithm all_algorithms[] = {algorithm::hs256, algorithm::es256, algorithm::rs256,
                                        algorithm::eddsa};

TEST(algorithm, HasOneSpelling) {
    for (const auto a : all_algorithms)
        EXPECT_EQ(parse_algorithm(name(a)), a);
    EXPECT_EQ(name(algorithm::eddsa), "EdDSA");
    for (const std::string_view text : {"", "none", "hs256", "EDDSA", "Ed25519", "HS512", "HS256 "})
        EXPECT_FALSE(parse_algorithm(text)) << text;
}

TEST(generate_key, MakesAKeyThatSignsFromNowOn) {
    for (const auto a : all_algorithms) {
        const auto record = generate_key(a, test::start);
        EXPECT_EQ(record.not_before, test::start);
        EXPECT_EQ(record.created_at, test::start);
        EXPECT_FALSE(record.retired_at);
        const auto key = load_key(record);
        ASSERT_TRUE(key) << name(a);
        EXPECT_EQ((*key)->algorithm(), a);
        EXPECT_EQ((*key)->kid(), record.kid);
        std::string signature;
        (*key)->append_signature("input", signature);
        EXPECT_TRUE((*key)->verify("input", test::from_base64url(signature)));
        EXPECT_FALSE((*key)->verify("inpux", test::from_base64url(signature)));
    }
}

TEST(generate_key, NeverRepeatsItself) {
    std::set<std::string> kids, keys;
    for (int i = 0; i < 100; ++i) {
        const auto record = generate_key(algorithm::hs256, {});
        EXPECT_EQ(record.kid.size(), 16u);
        EXPECT_EQ(record.material.size(), 32u);
        kids.insert(record.kid);
        keys.emplace(record.material.view());
    }
    EXPECT_EQ(kids.size(), 100u);
    EXPECT_EQ(keys.size(), 100u);
}

TEST(load_key, RefusesMaterialOfAnotherAlgorithm) {
    for (const auto made : all_algorithms)
        for (const auto asked : all_algorithms) {
            if (asked == algorithm::hs256 || asked == made) continue;  // any 32 bytes are an HMAC key
            auto record = test::record_of(made);
            record.algorithm = asked;
            EXPECT_EQ(load_key(record).error(), errc::unsealing_failed)
                << name(made) << " as " << name(asked);
        }
}

TEST(load_key, RefusesAnHmacKeyShorterThanItsHash) {
    auto record = test::hs256_record();
    record.material = secret(std::string(31, 'k'));
    EXPECT_EQ(load_key(record).error(), errc::unsealing_failed);
    record.material = secret();
    EXPECT_EQ(load_key(record).error(), errc::unsealing_failed);
    record.material = secret(std::string(64, 'k'));
    EXPECT_TRUE(load_key(record));
}

TEST(load_key, RefusesAKidThatWouldNotBeSafeInJson) {
    for (const std::string_view kid :
         {"", "short", "abcdefghijklmno\"", "abcdefghijklmno\\", "abcdefghijklmno ", "abcdefghijklmno/",
          "abcdefghijklmnopq", "abcdefghijklmn\xc3\xab"})
        EXPECT_EQ(load_key(test::hs256_record(std::string(kid))).error(), errc::unsealing_failed) << kid;
}

TEST(signing_key, MayAppendToTheTextItSigns) {
    for (const auto a : all_algorithms) {
        const auto key = load_key(test::record_of(a)).value();
        std::string text = "header.payload.";
        text.shrink_to_fit();  // appending moves it
        key->append_signature(std::string_view(text).substr(0, 14), text);
        EXPECT_TRUE(key->verify("header.payload", test::from_base64url(text.substr(15)))) << name(a);
    }
}

TEST(public_jwk, IsMissingForASymmetricKey) {
    EXPECT_FALSE(load_key(test::hs256_record()).value()->public_jwk());
}

TEST(public_jwk, HasThePublicMembersAndNoOther) {
    const std::pair<algorithm, std::set<std::string>> rows[] = {
        {algorithm::es256, {"kty", "use", "alg", "kid", "crv", "x", "y"}},
        {algorithm::rs256, {"kty", "use", "alg", "kid", "n", "e"}},
        {algorithm::eddsa, {"kty", "use", "alg", "kid", "crv", "x"}},
    };
    for (const auto& [a, members] : rows) {
        const auto record = test::record_of(a);
        const auto jwk = load_key(record).value()->public_jwk().value();
        std::set<std::string> found;
        for (const auto& member : jwk)
            found.emplace(member.key());
        EXPECT_EQ(found, members);
        EXPECT_EQ(jwk.at("alg").as_string(), boost::json::string_view(name(a)));
        EXPECT_EQ(jwk.at("kid").as_string(), record.kid);
        EXPECT_EQ(jwk.at("use").as_string(), "sig");
    }
}

TEST(public_jwk, NamesTypeAndCurve) {
    const auto ec = load_key(test::record_of(algorithm::es256)).value()->public_jwk().value();
    EXPECT_EQ(ec.at("kty").as_string(), "EC");
    EXPECT_EQ(ec.at("crv").as_string(), "P-256");
    const auto ed = load_key(test::record_of(algorithm::eddsa)).value()->public_jwk().value();
    EXPECT_EQ(ed.at("kty").as_string(), "OKP");
    EXPECT_EQ(ed.at("crv").as_string(), "Ed25519");
    const auto rsa = load_key(test::record_of(algorithm::rs256)).value()->public_jwk().value();
    EXPECT_EQ(rsa.at("kty").as_string(), "RSA");
}

TEST(GeneratedKey, HasAKidThatNoCommandLineTakesForAnOption) {
    for (int i = 0; i < 1'000; ++i)  // one in 64 would begin with a hyphen
        ASSERT_NE(generate_key(algorithm::hs256, unix_time{}).kid.front(), '-');
}

}  // namespace
}  // namespace latchkey::tokens
