#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

using namespace std::chrono_literals;
using test::good;

struct token_verify_test : test::token_fixture {
    using token_fixture::token_fixture;

    static std::string_view part(std::string_view token, int index) {
        for (; index > 0; --index)
            token.remove_prefix(token.find('.') + 1);
        return token.substr(0, token.find('.'));
    }
    static std::string join(std::string_view header, std::string_view payload, std::string_view signature) {
        return std::string(header) + '.' + std::string(payload) + '.' + std::string(signature);
    }
    /// The claims of a good token, with `more` members, and `instead` of the jti.
    static std::string payload(std::string_view more = "",
                               std::string_view jti = "01a3185c-5000-7abc-8def-0123456789ab") {
        return R"({"iss":"https://login.example","sub":")" + std::string(test::user_id) +
               R"(","iat":1800000000,"exp":1800000900,"jti":")" + std::string(jti) + '"' + std::string(more) +
               '}';
    }
};

using base64url_encode = std::string (*)(std::string_view);
constexpr base64url_encode encode = crypto::base64url::encode;

TEST_F(token_verify_test, AcceptsItsOwnTokens) {
    EXPECT_EQ(verdict(issue()), good);
}

TEST_F(token_verify_test, AcceptsATokenOfOneWhoSharesTheKey) {
    EXPECT_EQ(verdict(forge(payload())), good);
}

// --- shape

TEST_F(token_verify_test, RefusesTextThatIsNoToken) {
    for (const std::string_view text :
         {"", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", "Bearer x", " "})
        EXPECT_EQ(verdict(text), errc::malformed_token) << text;
}

TEST_F(token_verify_test, RefusesTwoFourAndFiveParts) {
    const auto token = issue();
    EXPECT_EQ(verdict(token.substr(0, token.rfind('.'))), errc::malformed_token);
    EXPECT_EQ(verdict(token + '.'), errc::malformed_token);
    EXPECT_EQ(verdict('.' + token), errc::malformed_token);
    EXPECT_EQ(verdict(token + ".AA"), errc::malformed_token);
    EXPECT_EQ(verdict(token + ".AA.AA"), errc::malformed_token);
}

TEST_F(token_verify_test, RefusesBlanksPaddingAndNul) {
    const auto token = issue();
    for (const auto& text :
         {' ' + token, token + ' ', token + '\n', token + '=', token + std::string(1, '\0')})
        EXPECT_EQ(verdict(text), errc::malformed_token) << text;
}

TEST_F(token_verify_test, RefusesATokenCutAtEveryPlace) {
    const auto token = issue();
    for (std::size_t size = 0; size < token.size(); ++size)
        EXPECT_NE(verdict(std::string_view(token).substr(0, size)), good) << size;
}

TEST_F(token_verify_test, RefusesEveryChangedCharacter) {
    const auto token = issue();
    for (std::size_t i = 0; i < token.size(); ++i)
        for (const char c : {'A', 'B', '_', '.', '='}) {
            auto changed = token;
            changed[i] = c;
            if (changed != token) {
                EXPECT_NE(verdict(changed), good) << c << " at " << i;
            }
        }
}

TEST_F(token_verify_test, RefusesATokenLongerThanTheLimitEvenWithAGoodSignature) {
    const auto padded = [&](std::size_t size) {
        return forge(payload(R"(,"x":")" + std::string(size, 'x') + '"'));
    };
    std::size_t size = 2500;
    while (padded(size + 1).size() <= max_token_size)
        ++size;
    EXPECT_EQ(verdict(padded(size)), good);
    EXPECT_EQ(verdict(padded(size + 3)), errc::malformed_token);
    EXPECT_EQ(verdict(std::string(1 << 20, 'A')), errc::malformed_token);
    EXPECT_EQ(verdict(std::string(1 << 20, '.')), errc::malformed_token);
}

// --- header

TEST_F(token_verify_test, RefusesAlgorithmNone) {
    for (const std::string_view alg : {"none", "None", "NONE", "nOnE"}) {
        const auto header =
            encode(R"({"alg":")" + std::string(alg) + R"(","kid":"hs256-test-key-1","typ":"JWT"})");
        EXPECT_EQ(verdict(join(header, encode(payload()), "")), errc::malformed_token);
        EXPECT_EQ(verdict(forge(header, encode(payload()))), errc::malformed_token);
    }
    EXPECT_EQ(verdict(join(part(issue(), 0), encode(payload()), "")), errc::bad_signature);
}

TEST_F(token_verify_test, RefusesEveryOtherHeaderEvenWithAGoodSignature) {
    for (const std::string_view header : {
             R"({"typ":"JWT","kid":"hs256-test-key-1","alg":"HS256"})",     // order
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"JWT" })",    // a blank
             R"({"alg":"HS256","kid":"hs256-test-key-1"})",                 // no type
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"jwt"})",     // case
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"at+jwt"})",  // another type
             R"({"alg":"HS512","kid":"hs256-test-key-1","typ":"JWT"})",     // another algorithm
             R"({"alg":"HS256","kid":"hs256-test-key-2","typ":"JWT"})",     // an unknown key
             R"({"alg":"HS256","typ":"JWT"})",                              // no kid
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"JWT","crit":[]})",
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"JWT","jwk":{}})",
             R"({"alg":"HS256","kid":"hs256-test-key-1","typ":"JWT","b64":false})",
             "",
             "{}",
         })
        EXPECT_EQ(verdict(forge(encode(header), encode(payload()))), errc::malformed_token) << header;
}

// CVE-2015-9235 and its family: the public key, which everybody has, taken for an HMAC secret.
TEST_F(token_verify_test, RefusesAnHmacMadeWithThePublicKey) {
    for (const auto algorithm : {algorithm::es256, algorithm::rs256, algorithm::eddsa}) {
        const auto ring = test::ring_of(test::record_of(algorithm));
        service.replace_ring(ring);
        const auto& entry = ring->entries().front();
        const auto jwk = boost::json::object(entry.key->public_jwk().value());
        auto record = test::hs256_record(std::string(entry.key->kid()));
        const auto public_text = std::string(jwk.at(algorithm == algorithm::rs256 ? "n" : "x").as_string());
        record.material = secret(public_text);
        const auto attacker = test::ring_of(std::move(record));
        for (const auto& header : {attacker->entries().front().encoded_header, entry.encoded_header}) {
            auto text = header + '.' + encode(payload());
            const auto size = text.size();
            text += '.';
            attacker->entries().front().key->append_signature(std::string_view(text).substr(0, size), text);
            EXPECT_NE(verdict(text), good) << name(algorithm);
        }
        EXPECT_EQ(verdict(forge(payload())), good) << name(algorithm);
    }
}

TEST_F(token_verify_test, RefusesOneKeysSignatureUnderAnothersHeader) {
    service.replace_ring(test::ring_of(test::hs256_record("key_a_0000000000", 'a'),
                                       test::hs256_record("key_b_0000000000", 'b')));
    const auto& entries = service.ring()->entries();
    EXPECT_EQ(verdict(forge(entries[0].encoded_header, encode(payload()))), good);
    EXPECT_EQ(verdict(forge(entries[1].encoded_header, encode(payload()))), errc::bad_signature);
}

// --- signature

TEST_F(token_verify_test, RefusesAnotherTokensSignature) {
    const auto one = issue(), two = issue();
    EXPECT_EQ(verdict(join(part(one, 0), part(one, 1), part(two, 2))), errc::bad_signature);
}

TEST_F(token_verify_test, RefusesASignatureSpeltWithStrayBits) {
    // 32 bytes are 43 characters: the last one has two bits that belong to no byte.
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    auto token = issue();
    const auto value = alphabet.find(token.back());
    ASSERT_EQ(value % 4, 0u);
    for (std::size_t stray = 1; stray < 4; ++stray) {
        token.back() = alphabet[value + stray];
        EXPECT_EQ(verdict(token), errc::malformed_token);
    }
}

TEST_F(token_verify_test, RefusesASignatureInTheOtherAlphabetOrPadded) {
    std::string token;
    do
        token = issue();
    while (part(token, 2).find_first_of("-_") == std::string_view::npos);
    auto plain = token;
    std::replace(plain.begin() + static_cast<std::ptrdiff_t>(plain.rfind('.')), plain.end(), '-', '+');
    std::replace(plain.begin() + static_cast<std::ptrdiff_t>(plain.rfind('.')), plain.end(), '_', '/');
    EXPECT_EQ(verdict(plain), errc::malformed_token);
    EXPECT_EQ(verdict(token + "="), errc::malformed_token);
}

TEST_F(token_verify_test, RefusesAHugeSignature) {
    const auto token = issue();
    EXPECT_EQ(verdict(join(part(token, 0), part(token, 1), std::string(3000, 'A'))), errc::malformed_token);
}

TEST_F(token_verify_test, ChecksTheSignatureBeforeItBelievesThePayload) {
    clock.advance(24h);
    const auto token = forge(R"({"iss":"nonsense"})");
    EXPECT_EQ(verdict(token), errc::malformed_token);
    EXPECT_EQ(verdict(join(part(token, 0), part(token, 1), part(issue(), 2))), errc::bad_signature);
    const auto expired = forge(payload());
    EXPECT_EQ(verdict(expired), errc::expired_token);
    EXPECT_EQ(verdict(join(part(expired, 0), part(expired, 1), part(issue(), 2))), errc::bad_signature);
}

// --- payload

TEST_F(token_verify_test, RefusesAPayloadThatIsNotCanonicalBase64url) {
    const auto header = service.ring()->entries().front().encoded_header;
    const auto right = encode(payload(R"(,"x":"ab")"));
    ASSERT_NE(right.size() % 4, 0u);
    EXPECT_EQ(verdict(forge(header, right)), good);
    for (const auto& wrong : {right + "=", right + "==", right.substr(0, right.size() - 1), right + "A",
                              std::string(), "!" + right})
        EXPECT_NE(verdict(forge(header, wrong)), good) << wrong;
    auto stray = right;
    ++stray.back();
    EXPECT_EQ(verdict(forge(header, stray)), errc::malformed_token);
}

TEST_F(token_verify_test, RefusesPayloadsThatAreNoClaims) {
    for (const std::string_view json : {"", "{}", "[]", "null", "{", R"({"sub":"x"})"})
        EXPECT_EQ(verdict(forge(json)), errc::malformed_token) << json;
    EXPECT_EQ(verdict(forge(payload(R"(,"sub":"0190163d-8694-739b-aea5-000000000000")"))),
              errc::malformed_token);
    EXPECT_EQ(verdict(forge(payload(R"(,"username":7)"))), errc::malformed_token);
    EXPECT_EQ(verdict(forge(payload(R"(,"username":"\ud800")"))), errc::malformed_token);
}

TEST_F(token_verify_test, RefusesAnotherIssuer) {
    for (const std::string_view other :
         {"https://login.exampl", "https://login.example/", "https://LOGIN.example", "x"}) {
        auto json = payload();
        json.replace(json.find(test::issuer), test::issuer.size(), other);
        EXPECT_EQ(verdict(forge(json)), errc::malformed_token) << other;
    }
}

TEST_F(token_verify_test, RefusesATokenIdThatIsNoVersionSevenUuid) {
    for (const std::string_view jti : {
             "01a3185c-5000-4abc-8def-0123456789ab",  // version 4
             "01a3185c-5000-7abc-0def-0123456789ab",  // another variant
             "01a3185c-5000-7abc-cdef-0123456789ab",  // another variant
             "01A3185C-5000-7ABC-8DEF-0123456789AB",
             "1",
             "01a3185c50007abc8def0123456789ab",
         })
        EXPECT_EQ(verdict(forge(payload("", jti))), errc::malformed_token) << jti;
}

// --- time

TEST_F(token_verify_test, AcceptsTokenOneMillisecondBeforeExpiry) {
    const auto token = issue();
    clock.set(test::start + 900s - 1ms);
    EXPECT_EQ(verdict(token), good);
}

TEST_F(token_verify_test, RejectsTokenAtTheMomentOfExpiry) {
    const auto token = issue();
    clock.set(test::start + 900s);
    EXPECT_EQ(verdict(token), errc::expired_token);
}

TEST_F(token_verify_test, RejectsTokenOneSecondAfterExpiry) {
    const auto token = issue();
    clock.set(test::start + 901s);
    EXPECT_EQ(verdict(token), errc::expired_token);
}

TEST_F(token_verify_test, CountsTheLifetimeFromTheFlooredSecond) {
    clock.set(test::start + 999ms);
    const auto token = issue();
    clock.set(test::start + 900s - 1ms);
    EXPECT_EQ(verdict(token), good);
    clock.set(test::start + 900s);
    EXPECT_EQ(verdict(token), errc::expired_token);
}

TEST_F(token_verify_test, TakesTheExtremesOfTime) {
    const auto with_exp = [&](std::string_view exp) {
        auto json = payload();
        json.replace(json.find("1800000900"), 10, exp);
        return verdict(forge(json));
    };
    EXPECT_EQ(with_exp("9223372036854775807"), good);
    EXPECT_EQ(with_exp("-9223372036854775808"), errc::expired_token);
    EXPECT_EQ(with_exp("0"), errc::expired_token);
    EXPECT_EQ(with_exp("9223372036854775808"), errc::malformed_token);
}

// --- audience

TEST_F(token_verify_test, RefusesAnAudienceWhereNoneIsConfigured) {
    EXPECT_EQ(verdict(forge_profile(payload(R"(,"aud":"https://api.example")"))), errc::wrong_audience);
    EXPECT_EQ(verdict(forge_profile(payload(R"(,"aud":"")"))), errc::malformed_token);
}

struct audience_verify_test : token_verify_test {
    audience_verify_test() : token_verify_test("https://api.example") {}
};

TEST_F(audience_verify_test, AcceptsItsOwnAudienceOnly) {
    EXPECT_EQ(verdict(issue()), good);
    EXPECT_EQ(verdict(forge_profile(payload(R"(,"aud":"https://api.example")"))), good);
    EXPECT_EQ(verdict(forge(payload())), errc::wrong_audience);
    EXPECT_EQ(verdict(forge_profile(payload(R"(,"aud":"https://api.example/")"))), errc::wrong_audience);
    EXPECT_EQ(verdict(forge_profile(payload(R"(,"aud":["https://api.example"])"))), errc::malformed_token);
}

TEST_F(audience_verify_test, RefusesTheHeaderOfTheOtherProfile) {
    EXPECT_EQ(verdict(forge(payload(R"(,"aud":"https://api.example")"))), errc::malformed_token);
    EXPECT_EQ(verdict(forge_profile(payload())), errc::malformed_token);
}

// --- read, for those who are asked about a token

TEST_F(token_verify_test, ReadsWhatItSignedWhoeverItIsFor) {
    auto elsewhere = request();
    elsewhere.audience = "https://other.example";
    const auto text = service.issue(elsewhere).text;
    EXPECT_EQ(verdict(text), errc::wrong_audience);
    signed_token token;
    ASSERT_TRUE(service.read(text, token));
    EXPECT_EQ(token.claims().audience, "https://other.example");
    EXPECT_EQ(token.claims().authenticated_at, test::start);
    EXPECT_TRUE(service.is_live(token));
}

TEST_F(token_verify_test, ReadsWhatHasExpiredOrWasRevokedAndSaysThatItIsDead) {
    const auto text = issue();
    signed_token token;
    clock.advance(899s);
    ASSERT_TRUE(service.read(text, token));
    EXPECT_TRUE(service.is_live(token));
    clock.advance(1s);
    ASSERT_TRUE(service.read(text, token));
    EXPECT_FALSE(service.is_live(token));
    EXPECT_EQ(token.claims().subject, test::user_id);

    const auto revoked = issue();
    ended.apply({*crypto::uuid::parse(test::session_id), clock.now(), 1});
    ASSERT_TRUE(service.read(revoked, token));
    EXPECT_FALSE(service.is_live(token));
}

TEST_F(token_verify_test, ReadsNothingThatItDidNotSign) {
    signed_token token;
    const auto good_one = issue();
    ASSERT_TRUE(service.read(good_one, token));
    const auto other = encode(payload(R"(,"x":1)"));
    EXPECT_EQ(service.read(join(part(good_one, 0), other, part(good_one, 2)), token).error(),
              errc::bad_signature);
    EXPECT_EQ(token.claims().subject, "") << "of the one before";
    EXPECT_EQ(service.read("a.b.c", token).error(), errc::malformed_token);
    auto stranger = payload();
    stranger.replace(stranger.find("login"), 5, "other");  // the issuer
    EXPECT_EQ(service.read(forge(stranger), token).error(), errc::malformed_token);
}

TEST_F(token_verify_test, TellsTheClaimsAsMembersHoweverTheyWereWritten) {
    const auto members = [this](const std::string& text) {
        signed_token token;
        std::string out = "{";
        if (service.read(text, token)) token.append_members(out);
        return out + '}';
    };
    EXPECT_EQ(members(forge(payload())), payload());
    EXPECT_EQ(members(forge(' ' + payload())), payload());
    EXPECT_EQ(members(forge(payload(R"(,"active":false)"))), payload()) << "of what it does not know nothing";
}

// --- revocation

TEST_F(token_verify_test, RefusesATokenOfAnEndedUser) {
    const auto before = issue();
    ended.apply({*crypto::uuid::parse(test::user_id), test::start, 1});
    EXPECT_EQ(verdict(before), errc::revoked_token);
    clock.advance(1ms);
    EXPECT_EQ(verdict(issue()), good);
    EXPECT_EQ(verdict(before), errc::revoked_token);
}

TEST_F(token_verify_test, RefusesATokenOfAnEndedSession) {
    const auto token = issue();
    ended.apply({*crypto::uuid::parse(test::session_id), unix_time::max(), 1});
    EXPECT_EQ(verdict(token), errc::revoked_token);
    auto without = request();
    without.session = {};
    EXPECT_EQ(verdict(service.issue(without).text), good);
}

TEST_F(token_verify_test, RefusesATokenIssuedAfterButAuthenticatedBeforeTheEnd) {
    auto slow = request();  // the account was read, then blocked, and only then was the token made
    slow.authenticated_at = test::start;
    clock.advance(2s);
    ended.apply({*crypto::uuid::parse(test::user_id), test::start + 1s, 1});
    EXPECT_EQ(verdict(service.issue(slow).text), errc::revoked_token);
}

TEST_F(token_verify_test, AcceptsATokenWhileOnlyOthersAreEnded) {
    for (std::uint64_t i = 0; i < 100; ++i)
        ended.apply({crypto::uuid::v7(test::start), unix_time::max(), i});
    EXPECT_EQ(verdict(issue()), good);
}

TEST_F(token_verify_test, AcceptsAClientAsSubject) {
    auto client = request();
    client.subject = "backend";
    client.username = client.session = {};
    ended.apply({*crypto::uuid::parse(test::user_id), unix_time::max(), 1});
    EXPECT_EQ(verdict(service.issue(client).text), good);
}

TEST_F(token_verify_test, SaysExpiredOfATokenThatIsRevokedToo) {
    const auto token = issue();
    ended.apply({*crypto::uuid::parse(test::user_id), unix_time::max(), 1});
    clock.advance(900s);
    EXPECT_EQ(verdict(token), errc::expired_token);
}

// --- keys

TEST_F(token_verify_test, AcceptsTokensOfARetiredKeyWhileItStaysInTheRing) {
    const auto old_token = issue();
    auto retired = test::hs256_record();
    retired.retired_at = test::start;
    service.replace_ring(test::ring_of(std::move(retired), test::hs256_record("key_b_0000000000", 'b')));
    EXPECT_EQ(verdict(old_token), good);
    const auto new_token = issue();
    EXPECT_EQ(part(new_token, 0), service.ring()->entries()[1].encoded_header);
    service.replace_ring(test::ring_of(test::hs256_record("key_b_0000000000", 'b')));
    EXPECT_EQ(verdict(old_token), errc::malformed_token);
    EXPECT_EQ(verdict(new_token), good);
}

TEST_F(token_verify_test, RefusesTheSameKidWithAnotherKey) {
    const auto token = issue();
    service.replace_ring(test::ring_of(test::hs256_record("hs256-test-key-1", 'x')));
    EXPECT_EQ(verdict(token), errc::bad_signature);
}

TEST_F(token_verify_test, RefusesEverythingWithAnEmptyRing) {
    const auto token = issue();
    service.replace_ring(test::ring_of());
    EXPECT_EQ(verdict(token), errc::malformed_token);
    EXPECT_EQ(verdict(".."), errc::malformed_token);
}

// --- result

TEST_F(token_verify_test, LeavesNoClaimsBehindWhenItRefuses) {
    verified_token verified;
    ASSERT_TRUE(service.verify(issue(), verified));
    EXPECT_EQ(verified.claims().subject, test::user_id);
    ASSERT_FALSE(service.verify("junk", verified));
    EXPECT_EQ(verified.claims().subject, "");
    ASSERT_FALSE(service.verify(forge(payload("", "no-uuid")), verified));
    EXPECT_EQ(verified.claims().subject, "");
    EXPECT_EQ(verified.claims().scope, "");
}

TEST_F(token_verify_test, GivesClaimsThatOutliveTheTokensText) {
    verified_token verified;
    {
        const auto token = issue();
        ASSERT_TRUE(service.verify(token, verified));
    }
    EXPECT_EQ(verified.claims().username, "johndoe");
    EXPECT_EQ(verified.claims().issuer, test::issuer);
}

}  // namespace
}  // namespace latchkey::tokens
