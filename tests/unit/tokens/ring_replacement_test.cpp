#include <atomic>
#include <thread>

#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

struct ring_replacement_test : test::token_fixture {};

// Of most worth under ThreadSanitizer.
TEST_F(ring_replacement_test, KeepsIssuingAndVerifyingWhileRingsAndRevocationsChange) {
    const auto retired_and_new = [](int i) {
        auto retired = test::hs256_record();
        retired.retired_at = test::start;
        return test::ring_of(std::move(retired),
                             test::hs256_record("key_b_000000000" + std::to_string(i % 10)));
    };
    const auto old_token = issue();
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0}, verified_in_all{0};
    std::vector<std::thread> readers;
    for (int t = 0; t < 3; ++t)
        readers.emplace_back([&] {
            do {
                verified_token verified;
                if (!service.verify(old_token, verified) || verified.claims().subject != test::user_id)
                    ++wrong;
                if (service.issue(request()).text.empty()) ++wrong;
                ++verified_in_all;
            } while (!stop);
        });
    for (int i = 0; i < 200; ++i) {
        service.replace_ring(retired_and_new(i));
        ended.apply({crypto::uuid::v7(test::start), unix_time::max(), static_cast<std::uint64_t>(i)});
        if (i % 10 == 0) ended.forget_before(test::start);
    }
    stop = true;
    for (auto& reader : readers)
        reader.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GE(verified_in_all, 3);
}

TEST_F(ring_replacement_test, SeesTheNewRingInTheVeryNextCall) {
    const auto token = issue();
    service.replace_ring(test::ring_of());
    EXPECT_EQ(verdict(token), errc::malformed_token);
}

TEST_F(ring_replacement_test, KeepsTheRingsOfTwoServicesApart) {
    const token_service other({std::string(test::issuer), "", std::chrono::seconds{900}},
                              test::ring_of(test::hs256_record("hs256-test-key-1", 'x')), ended, clock);
    const auto here = issue(), there = other.issue(request()).text;
    for (int i = 0; i < 3; ++i) {
        verified_token verified;
        EXPECT_EQ(verdict(here), test::good);
        EXPECT_TRUE(other.verify(there, verified));
        EXPECT_EQ(verdict(there), errc::bad_signature);
        EXPECT_EQ(other.verify(here, verified).error(), errc::bad_signature);
    }
}

}  // namespace
}  // namespace latchkey::tokens
