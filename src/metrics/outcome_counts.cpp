#include "metrics/outcome_counts.hpp"

#include <vector>

namespace latchkey::metrics {

void outcome_counts::write(exposition& page, std::span<const label> more) const {
    std::vector<label> all{{"outcome", "success"}};
    all.insert(all.end(), more.begin(), more.end());
    page.sample(counts_.value(0), all);
    for (std::size_t i = 1; i < counts_.size(); ++i) {
        const auto count = counts_.value(i);
        if (count == 0) continue;
        all[0].value = name(static_cast<errc>(i));
        page.sample(count, all);
    }
}

}  // namespace latchkey::metrics
