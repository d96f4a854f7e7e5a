#include "metrics/duration_counts.hpp"

namespace latchkey::metrics {

void duration_counts::add(std::chrono::nanoseconds took) noexcept {
    const double seconds = std::chrono::duration<double>(took).count();
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket])
        ++bucket;
    numbers_.add(bucket);
    numbers_.add(bounds.size() + 1, took.count());
}

void duration_counts::write(exposition& page, std::span<const label> of) const {
    std::array<std::uint64_t, bounds.size() + 1> counts;
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = static_cast<std::uint64_t>(numbers_.value(i));
    page.histogram(bounds, counts, static_cast<double>(numbers_.value(bounds.size() + 1)) / 1e9, of);
}

}  // namespace latchkey::metrics
