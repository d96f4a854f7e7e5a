#include "unit/crypto/bytes.hpp"
#include "unit/tokens/token_fixture.hpp"
#include "vectors/jose/tokens.hpp"

namespace latchkey::tokens {
namespace {

using test::good;

struct jose_vectors_test : test::token_fixture {
    /// A ring whose one key is that of the vector.
    static std::shared_ptr<const key_ring> ring_of_vector(const vectors::jose_vector& vector) {
        key_record record;
        record.kid = vectors::kid;
        record.algorithm = parse_algorithm(vector.alg).value();
        record.material = secret(test::from_base64url(vector.key));
        return test::ring_of(std::move(record));
    }
};

TEST_F(jose_vectors_test, AcceptTheTokensOfPyjwtAndJose) {
    for (const auto& vector : vectors::jose_vectors) {
        service.replace_ring(ring_of_vector(vector));
        for (const auto token : {vector.pyjwt, vector.jose}) {
            verified_token verified;
            const auto outcome = service.verify(token, verified);
            ASSERT_TRUE(outcome) << vector.alg << ": " << latchkey::name(outcome.error());
            EXPECT_EQ(verified.claims().username, "Zo\xc3\xab \"Z\" \xf0\x9f\x98\x80");
            EXPECT_EQ(verified.claims().subject, test::user_id);
            EXPECT_TRUE(verified.claims().has_scope("items:write"));
        }
    }
}

TEST_F(jose_vectors_test, RefuseTheTokensOfEveryOtherAlgorithm) {
    for (const auto& held : vectors::jose_vectors) {
        service.replace_ring(ring_of_vector(held));
        for (const auto& sent : vectors::jose_vectors)
            if (held.alg != sent.alg) {
                EXPECT_EQ(verdict(sent.pyjwt), errc::malformed_token) << sent.alg << " to " << held.alg;
            }
    }
}

TEST_F(jose_vectors_test, RefuseEveryChangedSignature) {
    for (const auto& vector : vectors::jose_vectors) {
        service.replace_ring(ring_of_vector(vector));
        for (auto at = vector.jose.rfind('.') + 1; at < vector.jose.size(); at += 5) {
            std::string changed(vector.jose);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            EXPECT_NE(verdict(changed), good) << vector.alg << " at " << at;
        }
    }
}

// The examples of the RFCs are rightly signed, but have other headers and no claims of ours.
TEST_F(jose_vectors_test, RefuseTheRfcsExamplesForTheirHeaders) {
    for (const auto& vector : vectors::jose_vectors) {
        service.replace_ring(ring_of_vector(vector));
        for (const auto token :
             {vectors::rfc7515_a1, vectors::rfc7515_a2, vectors::rfc7515_a3, vectors::rfc8037_a4})
            EXPECT_EQ(verdict(token), errc::malformed_token);
    }
}

}  // namespace
}  // namespace latchkey::tokens
