#include "unit/tokens/counted_allocations.hpp"
#include "unit/tokens/token_fixture.hpp"

namespace latchkey::tokens {
namespace {

struct allocation_test : test::token_fixture {
    std::size_t allocations_of_verifying(std::string_view token) {
        verified_token verified;
        (void)service.verify(token, verified);  // the thread's first look fetches its reference to the ring
        const auto before = test::allocations();
        for (int i = 0; i < 100; ++i)
            (void)service.verify(token, verified);
        return test::allocations() - before;
    }
};

TEST_F(allocation_test, CountsAllocations) {  // else the others prove nothing
    const auto before = test::allocations();
    ::operator delete(::operator new(1));  // a new-expression may be optimised away, these calls may not
    EXPECT_GT(test::allocations(), before);
}

TEST_F(allocation_test, VerifyingAGoodTokenAllocatesNothing) {
    const auto token = issue();
    ASSERT_EQ(verdict(token), test::good);
    EXPECT_EQ(allocations_of_verifying(token), 0u);
}

TEST_F(allocation_test, VerifyingWithEscapesAndRevocationsAllocatesNothing) {
    for (std::uint64_t i = 0; i < 100; ++i)
        ended.apply({crypto::uuid::v7(test::start), unix_time::max(), i});
    auto strange = request();
    const std::string username = "\"\n\t" + std::string(240, '\\');
    strange.username = username;
    const auto token = service.issue(strange).text;
    ASSERT_EQ(verdict(token), test::good);
    EXPECT_EQ(allocations_of_verifying(token), 0u);
}

TEST_F(allocation_test, RefusingATokenAllocatesNothing) {
    const auto token = issue();
    for (const auto& bad :
         {std::string("junk"), token + "A", token.substr(0, token.size() - 1), forge("{}"), forge("[1,2"),
          forge(R"({"x":)" + std::string(500, '[')), std::string(5000, '.')}) {
        ASSERT_NE(verdict(bad), test::good);
        EXPECT_EQ(allocations_of_verifying(bad), 0u) << bad;
    }
}

}  // namespace
}  // namespace latchkey::tokens
