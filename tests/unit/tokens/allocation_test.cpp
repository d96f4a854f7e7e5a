// Replaces operator new for the whole test program, to count: a verified request must not touch the heap.
#include <cstdlib>
#include <new>

#include "unit/tokens/token_fixture.hpp"

namespace {
thread_local std::size_t allocations = 0;

void* counted(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
    return counted(size);
}
void* operator new[](std::size_t size) {
    return counted(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace latchkey::tokens {
namespace {

struct allocation_test : test::token_fixture {
    std::size_t allocations_of_verifying(std::string_view token) {
        verified_token verified;
        (void)service.verify(token, verified);  // the thread's first look fetches its reference to the ring
        const auto before = allocations;
        for (int i = 0; i < 100; ++i)
            (void)service.verify(token, verified);
        return allocations - before;
    }
};

TEST_F(allocation_test, CountsAllocations) {  // else the others prove nothing
    const auto before = allocations;
    delete new int(1);
    EXPECT_GT(allocations, before);
    EXPECT_GT(issue().size() + allocations, before);
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
