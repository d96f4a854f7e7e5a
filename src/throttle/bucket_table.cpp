#include "throttle/bucket_table.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <span>
#include <tuple>
#include <type_traits>

namespace latchkey::throttle {
namespace {

static_assert(std::is_trivially_copyable_v<bucket> && std::is_trivially_destructible_v<bucket>,
              "calloc makes them");

auto worth(const bucket& b) noexcept {
    return std::tuple(b.key != 0, b.pending != 0, std::max(b.tat, b.proved));
}

}  // namespace

bucket_table::bucket_table(std::size_t buckets)
    : mask_(std::bit_ceil(std::max(buckets, ways)) / ways - 1),
      buckets_(static_cast<bucket*>(std::calloc(size(), sizeof(bucket)))) {
    if (!buckets_) throw std::bad_alloc();
}

bucket* bucket_table::find(std::uint64_t key) noexcept {
    const std::span set(set_of(key), ways);
    const auto found = std::ranges::find(set, key, &bucket::key);
    return found == set.end() ? nullptr : &*found;
}

bucket& bucket_table::at(std::uint64_t key) noexcept {
    if (auto* found = find(key)) return *found;
    const std::span set(set_of(key), ways);
    auto& taken = *std::ranges::min_element(set, {}, worth);
    taken = {.key = key};
    return taken;
}

}  // namespace latchkey::throttle
