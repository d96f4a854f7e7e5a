#include "tokens/revocations.hpp"

#include <algorithm>

namespace latchkey::tokens {

std::size_t revocations::stripe_of(const crypto::uuid& id) noexcept {
    return id.bytes.back() % stripe_count;
}

void revocations::end_everybody(unix_time until) noexcept {
    auto known = everybody_until_.load(std::memory_order_relaxed);
    while (known < until && !everybody_until_.compare_exchange_weak(known, until)) {
    }
}

void revocations::apply(const revocation& r) {
    if (r.id == everybody) return end_everybody(r.until);
    auto& [mutex, entries] = stripes_[stripe_of(r.id)];
    const std::unique_lock lock(mutex);
    const auto [at, added] = entries.try_emplace(r.id, entry{r.until, r.sequence, r.noted_at});
    if (added)
        size_.fetch_add(1, std::memory_order_release);
    else if (at->second.sequence < r.sequence)
        at->second = {r.until, r.sequence, r.noted_at};
}

bool revocations::ended(const crypto::uuid& id, unix_time authenticated_at) const {
    if (size() == 0) return false;
    const auto& [mutex, entries] = stripes_[stripe_of(id)];
    const std::shared_lock lock(mutex);
    const auto at = entries.find(id);
    return at != entries.end() && authenticated_at <= at->second.until;
}

void revocations::forget_before(unix_time horizon) {
    for (auto& [mutex, entries] : stripes_) {
        const std::unique_lock lock(mutex);
        const auto dropped = std::erase_if(
            entries, [&](const auto& e) { return std::min(e.second.until, e.second.noted_at) < horizon; });
        size_.fetch_sub(dropped, std::memory_order_release);
    }
}

}  // namespace latchkey::tokens
