#include "tokens/key_ring.hpp"

#include <gtest/gtest.h>

#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

using namespace std::chrono_literals;
using test::hs256_record;
using test::ring_of;
using test::start;

key_record record_at(std::string kid, unix_time not_before, std::optional<unix_time> retired_at = {}) {
    auto record = hs256_record(std::move(kid));
    record.not_before = not_before;
    record.retired_at = retired_at;
    return record;
}

std::string_view signer_of(const key_ring& ring, unix_time now) {
    const auto* signer = ring.signer(now);
    return signer ? signer->key->kid() : "nobody";
}

TEST(key_ring, WritesTheHeaderWithAlgorithmKidAndType) {
    const auto hs256 = ring_of(hs256_record("0123456789abcdef"));
    EXPECT_EQ(hs256->entries().front().encoded_header,
              crypto::base64url::encode(
                  std::string_view(R"({"alg":"HS256","kid":"0123456789abcdef","typ":"JWT"})")));
    const auto eddsa = ring_of(generate_key(algorithm::eddsa, start));
    const auto& entry = eddsa->entries().front();
    EXPECT_EQ(entry.encoded_profile_header,
              crypto::base64url::encode(R"({"alg":"EdDSA","kid":")" + std::string(entry.key->kid()) +
                                        R"(","typ":"at+jwt"})"));
}

TEST(key_ring, SignsWithTheYoungestKeyWhoseTimeHasCome) {
    const auto ring =
        ring_of(record_at("middle_key_0000_", start + 10s), record_at("old_key_00000000", start),
                record_at("young_key_000000", start + 20s));
    EXPECT_EQ(signer_of(*ring, start - 1ms), "nobody");
    EXPECT_EQ(signer_of(*ring, start), "old_key_00000000");
    EXPECT_EQ(signer_of(*ring, start + 20s - 1ms), "middle_key_0000_");
    EXPECT_EQ(signer_of(*ring, start + 20s), "young_key_000000");
}

TEST(key_ring, SignsNoMoreWithARetiredKey) {
    const auto ring = ring_of(record_at("old_key_00000000", start),
                              record_at("young_key_000000", start + 10s, start + 20s));
    EXPECT_EQ(signer_of(*ring, start + 20s - 1ms), "young_key_000000");
    EXPECT_EQ(signer_of(*ring, start + 20s), "old_key_00000000");
}

TEST(key_ring, ChoosesTheSameOfTwoKeysOfOneMomentWhateverTheirOrder) {
    const auto one = ring_of(record_at("key_a_0000000000", start), record_at("key_b_0000000000", start));
    const auto other = ring_of(record_at("key_b_0000000000", start), record_at("key_a_0000000000", start));
    EXPECT_EQ(signer_of(*one, start), signer_of(*other, start));
}

TEST(key_ring, FindsAKeyByItsWholeHeaderOnly) {
    const auto ring = ring_of(hs256_record("key_a_0000000000"), hs256_record("key_b_0000000000"));
    for (const auto& entry : ring->entries()) {
        EXPECT_EQ(ring->find(entry.encoded_header), &entry);
        EXPECT_EQ(ring->find(entry.encoded_profile_header), &entry);
        EXPECT_EQ(ring->find(entry.encoded_header + "A"), nullptr);
        EXPECT_EQ(ring->find(std::string_view(entry.encoded_header).substr(1)), nullptr);
        EXPECT_EQ(ring->find(std::string_view(entry.encoded_header).substr(0, 20)), nullptr);
    }
    EXPECT_EQ(ring->find(""), nullptr);
}

TEST(key_ring, FindsRetiredAndFutureKeys) {
    const auto ring =
        ring_of(record_at("old_key_00000000", start, start), record_at("new_key_00000000", start + 1h));
    for (const auto& entry : ring->entries())
        EXPECT_EQ(ring->find(entry.encoded_header), &entry);
}

TEST(key_ring, RefusesTwoKeysOfOneKid) {
    std::vector<key_record> records;
    records.push_back(hs256_record("key_a_0000000000", 'a'));
    records.push_back(hs256_record("key_a_0000000000", 'b'));
    EXPECT_EQ(key_ring::make(records).error(), errc::internal);
}

TEST(key_ring, RefusesARingWithOneBadKey) {
    std::vector<key_record> records;
    records.push_back(hs256_record());
    records.push_back(hs256_record("key_b_0000000000"));
    records.back().algorithm = algorithm::es256;
    EXPECT_EQ(key_ring::make(records).error(), errc::unsealing_failed);
}

TEST(key_ring, MayBeEmpty) {
    const auto ring = ring_of();
    EXPECT_EQ(ring->signer(start), nullptr);
    EXPECT_EQ(ring->find(""), nullptr);
}

}  // namespace
}  // namespace latchkey::tokens
