#include "throttle/bucket_table.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <tuple>

namespace latchkey::throttle {
namespace {

auto worth(const bucket& b) noexcept {
    return std::tuple(b.key != 0, b.pending != 0, std::max(b.tat, b.proved));
}

}  // namespace

bucket_table::bucket_table(std::size_t buckets)
    : buckets_(std::bit_ceil(std::max(buckets, ways))), mask_(buckets_.size() / ways - 1) {}

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
