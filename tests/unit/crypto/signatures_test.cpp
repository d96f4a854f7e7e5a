#include "crypto/signatures.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <map>
#include <string>

#include "crypto/ecdsa_encoding.hpp"
#include "unit/crypto/bytes.hpp"
#include "vectors/jose/tokens.hpp"

namespace latchkey::crypto {
namespace {

constexpr signature_scheme all_schemes[] = {signature_scheme::es256, signature_scheme::rs256,
                                            signature_scheme::ed25519};

std::span<const std::uint8_t> span_of(const std::vector<std::uint8_t>& v) {
    return v;
}

/// Made once: RSA keys are slow to find.
const signature_key& fresh_key(signature_scheme scheme) {
    static std::map<signature_scheme, signature_key> keys;
    auto at = keys.find(scheme);
    if (at == keys.end()) at = keys.emplace(scheme, signature_key::generate(scheme)).first;
    return at->second;
}

signature_key rfc_key(signature_scheme scheme) {
    for (const auto& vector : vectors::jose_vectors) {
        if (vector.alg == "HS256") continue;
        if (auto key = signature_key::load(scheme, test::from_base64url(vector.key))) return std::move(*key);
    }
    throw std::logic_error("no vector has a key of this scheme");
}

struct split_token {
    std::string_view text;
    std::vector<std::uint8_t> signature;
};
split_token split(std::string_view token) {
    const auto dot = token.rfind('.');
    return {token.substr(0, dot), test::from_base64url(token.substr(dot + 1))};
}

TEST(signature_key, VerifiesTheTokensOfTheRfcs) {
    const std::pair<signature_scheme, std::string_view> rows[] = {
        {signature_scheme::rs256, vectors::rfc7515_a2},
        {signature_scheme::es256, vectors::rfc7515_a3},
        {signature_scheme::ed25519, vectors::rfc8037_a4},
    };
    for (const auto& [scheme, token] : rows) {
        const auto [text, signature] = split(token);
        EXPECT_TRUE(rfc_key(scheme).verify(text, signature)) << token;
    }
}

// RS256 and Ed25519 are deterministic.
TEST(signature_key, SignsAsTheRfcsDo) {
    const auto rsa = split(vectors::rfc7515_a2), ed = split(vectors::rfc8037_a4);
    EXPECT_EQ(rfc_key(signature_scheme::rs256).sign(rsa.text), rsa.signature);
    EXPECT_EQ(rfc_key(signature_scheme::ed25519).sign(ed.text), ed.signature);
}

TEST(signature_key, PublishesTheParametersThatTheRfcsPrint) {
    const auto ec = rfc_key(signature_scheme::es256).public_parameters();
    ASSERT_EQ(ec.size(), 2u);
    EXPECT_EQ(ec[0].name, "x");
    EXPECT_EQ(base64url::encode(span_of(ec[0].value)), "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    EXPECT_EQ(ec[1].name, "y");
    EXPECT_EQ(base64url::encode(span_of(ec[1].value)), "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    const auto rsa = rfc_key(signature_scheme::rs256).public_parameters();
    ASSERT_EQ(rsa.size(), 2u);
    EXPECT_EQ(rsa[0].name, "n");
    EXPECT_EQ(base64url::encode(span_of(rsa[0].value)).substr(0, 12), "ofgWCuLjybRl");
    EXPECT_EQ(rsa[1].name, "e");
    EXPECT_EQ(base64url::encode(span_of(rsa[1].value)), "AQAB");
    const auto ed = rfc_key(signature_scheme::ed25519).public_parameters();
    ASSERT_EQ(ed.size(), 1u);
    EXPECT_EQ(ed[0].name, "x");
    EXPECT_EQ(base64url::encode(span_of(ed[0].value)), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

TEST(signature_key, VerifiesWhatItSignedAlsoAfterAStayInTheStore) {
    for (const auto scheme : all_schemes) {
        const auto signature = fresh_key(scheme).sign("message");
        const auto stored = fresh_key(scheme).pkcs8();
        const auto loaded = signature_key::load(scheme, stored.bytes());
        ASSERT_TRUE(loaded);
        EXPECT_TRUE(fresh_key(scheme).verify("message", signature));
        EXPECT_TRUE(loaded->verify("message", signature));
        EXPECT_FALSE(loaded->verify("messagf", signature));
        EXPECT_FALSE(loaded->verify("", signature));
        EXPECT_LE(signature.size(), max_signature_size);
    }
}

TEST(signature_key, RefusesAnotherKeysSignature) {
    for (const auto scheme : all_schemes)
        EXPECT_FALSE(fresh_key(scheme).verify("message", rfc_key(scheme).sign("message")));
}

TEST(signature_key, RefusesAChangedBitAndAnotherLength) {
    for (const auto scheme : all_schemes) {
        const auto right = fresh_key(scheme).sign("message");
        for (std::size_t i = 0; i < right.size(); i += 7) {
            auto wrong = right;
            wrong[i] ^= 1;
            EXPECT_FALSE(fresh_key(scheme).verify("message", wrong));
        }
        auto longer = right;
        longer.push_back(0);
        EXPECT_FALSE(fresh_key(scheme).verify("message", longer));
        EXPECT_FALSE(fresh_key(scheme).verify("message", span_of(right).first(right.size() - 1)));
        EXPECT_FALSE(fresh_key(scheme).verify("message", {}));
    }
}

// CVE-2022-21449: r = s = 0 satisfied a verifier that did not look.
TEST(signature_key, RefusesZerosAsAnEcdsaSignature) {
    const auto& key = fresh_key(signature_scheme::es256);
    EXPECT_FALSE(key.verify("message", std::vector<std::uint8_t>(64, 0)));
    auto signature = key.sign("message");
    std::fill(signature.begin() + 32, signature.end(), std::uint8_t{0});
    EXPECT_FALSE(key.verify("message", signature));
}

TEST(signature_key, RefusesEcdsaInDer) {
    const auto& key = fresh_key(signature_scheme::es256);
    EXPECT_FALSE(key.verify("message", ecdsa::der_from_raw(key.sign("message"))));
}

TEST(signature_key, KeepsEcdsaSignaturesAtSixtyFourBytes) {
    // One signature in 128 has an r or s with a leading zero byte, which DER drops.
    const auto& key = fresh_key(signature_scheme::es256);
    for (int i = 0; i < 300; ++i) {
        const auto message = std::to_string(i);
        const auto signature = key.sign(message);
        ASSERT_EQ(signature.size(), 64u);
        ASSERT_TRUE(key.verify(message, signature));
    }
}

TEST(signature_key, LeavesNoFailureInTheErrorQueue) {
    for (const auto scheme : all_schemes) {
        EXPECT_FALSE(fresh_key(scheme).verify("message", std::vector<std::uint8_t>(64, 0xff)));
        EXPECT_FALSE(fresh_key(scheme).verify("message", std::vector<std::uint8_t>(384, 0x7f)));
        EXPECT_EQ(ERR_peek_error(), 0ul);
        EXPECT_FALSE(signature_key::load(scheme, test::bytes_of("junk")));
        EXPECT_EQ(ERR_peek_error(), 0ul);
    }
}

TEST(signature_key, LoadsAKeyOfItsOwnSchemeOnly) {
    for (const auto made : all_schemes)
        for (const auto asked : all_schemes) {
            const auto stored = fresh_key(made).pkcs8();
            EXPECT_EQ(signature_key::load(asked, stored.bytes()).has_value(), made == asked);
        }
}

TEST(signature_key, RefusesDamagedPkcs8) {
    for (const auto scheme : all_schemes) {
        const auto stored = fresh_key(scheme).pkcs8();
        EXPECT_FALSE(signature_key::load(scheme, {}));
        EXPECT_FALSE(signature_key::load(scheme, stored.bytes().first(stored.size() - 1)));
        std::vector<std::uint8_t> longer(stored.bytes().begin(), stored.bytes().end());
        longer.push_back(0);
        EXPECT_FALSE(signature_key::load(scheme, longer));
    }
}

TEST(signature_key, RefusesAKeyWhosePublicHalfIsAnother) {
    const auto stored = fresh_key(signature_scheme::es256).pkcs8();
    const auto other = signature_key::generate(signature_scheme::es256).pkcs8();
    ASSERT_EQ(stored.size(), other.size());
    // The public point is the last 64 bytes of the structure.
    std::vector<std::uint8_t> mixed(stored.bytes().begin(), stored.bytes().end());
    std::copy(other.bytes().end() - 64, other.bytes().end(), mixed.end() - 64);
    EXPECT_FALSE(signature_key::load(signature_scheme::es256, mixed));
}

TEST(signature_key, RefusesOtherCurvesAndShortRsaKeys) {
    // secp256k1 (whose signatures have the same size) and RSA with 1024 bits, made by `openssl genpkey`.
    constexpr std::string_view secp256k1 =
        "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgWAVt7eyB3TlJoOT0ERLhE07tpidSYc5_"
        "OjHJj2joigGhRANCAAQYWfccgQgR67XeqR2AUIy9UrXPOS-T-6x-8USkzvAGzHIz9XyFxJiEjoxp5B_4aMLwovcgwj8m8qsg9NA_"
        "Yo7K";
    constexpr std::string_view rsa1024 =
        "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANPuDkrB301MtPjejcZEV1BvMxnj3TYNAt_UE_jWPNw-Q_"
        "cKaxnRWh9rYkY24aYX9EQDVWel3-mG8NyjdOr-glevg1zr9rqbc7bK_MvUFRVzhITThUMAk80detGBE-"
        "nr42XMb3JuDePl8OfP0ztnQLiETK0P8R38N2tqG18hq4JJAgMBAAECgYEAlBbd78knY5l9QAYr5WZt6Ou7NpUuR42x-"
        "3vzdMcngfMUhPTHwCO1KQ1df5jr9qb4beoybJnRLBq6BkNF-"
        "Mtdgef43Nr6Qrgvm7C8V7luoL3TImcqUg83oPcvBnAcq8HqsJMfh-TypDmLFQUon43_"
        "hJDVvuUb7BPHFU0T8prpyAECQQD5qqZrc48tNvLm4o_tEtqYWjaSjfI_"
        "HQXbwBPy8rN7hfFCFr97eBvGZAQgeSN7dLvdlmonrq9j8NcaLcKK8s9JAkEA2U5XZHXgxZ1nCA1rOV26ai2hap009tQ_-"
        "JgFs11vk_R1a0rvnsTu-q0XSqz5bGcnk2sujH-gSYP1Ykjmd_"
        "wbAQJALfF1RnixdESUVmCC08GQcFDJkhaE6ZBRr6qdASwgUy7Gwr6k5feoRM3K5J7mJKXKnHA9gKfopp9_"
        "NdYN4rvj4QJAQSAKbvAo-fCPZUloPhwJ9zJPsv0EV4kK1vzwkG3LN8NGwW4G3EVW_ceMOHQYmFVd9f9kRvUk24Nxsg_"
        "5CjKDAQJAcVY-nfg9WU3DumR1keUEKA58SQvCc5JN8LqDSkU9WW9dqVjepxnaRGnQD2kZDJ4jO_BNzmS6OHsWT9_SEVvreg";
    EXPECT_FALSE(signature_key::load(signature_scheme::es256, test::from_base64url(secp256k1)));
    EXPECT_FALSE(signature_key::load(signature_scheme::rs256, test::from_base64url(rsa1024)));
}

}  // namespace
}  // namespace latchkey::crypto
