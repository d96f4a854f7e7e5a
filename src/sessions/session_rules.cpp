#include "sessions/session_rules.hpp"

#include <algorithm>
#include <limits>

namespace latchkey::sessions {
namespace {

using std::chrono::milliseconds;

/// From `then` to `now`; nothing when the clock has been set back meanwhile: a step must end no session.
/// Total: whatever a row holds, the difference of two times fits an unsigned number.
milliseconds elapsed(unix_time then, unix_time now) noexcept {
    if (now <= then) return milliseconds{0};
    const auto span = static_cast<std::uint64_t>(now.time_since_epoch().count()) -
                      static_cast<std::uint64_t>(then.time_since_epoch().count());
    constexpr auto most = static_cast<std::uint64_t>(milliseconds::max().count());
    return milliseconds{static_cast<milliseconds::rep>(std::min(span, most))};
}

/// A window of zero is none: else a replay in the very millisecond, or after a clock step, would be forgiven.
bool within_window(unix_time used_up, unix_time now, const session_settings& settings) noexcept {
    return settings.reuse_window > milliseconds{0} && elapsed(used_up, now) <= settings.reuse_window;
}

/// When `presented`, an earlier counter, was used up; null when that is no longer kept.
const unix_time* end_of(const session& s, std::uint32_t presented) noexcept {
    const std::size_t rotations_ago = s.counter - presented;
    if (rotations_ago > s.rotations.size()) return nullptr;
    return &s.rotations[s.rotations.size() - rotations_ago];
}

void rotate(session& s, unix_time now, const session_settings& settings) {
    ++s.counter;
    s.last_used_at = now;
    auto& times = s.rotations;
    // A time ahead of the clock was noted before it was set back. Taken as now, its window closes one window
    // from here and not when the clock is there again, which may be in years.
    for (auto& t : times)
        t = std::min(t, now);
    times.push_back(now);
    // Only from the front: a time's place from the end says which counter it belongs to.
    const auto open =
        std::ranges::find_if(times, [&](unix_time t) { return within_window(t, now, settings); });
    times.erase(times.begin(), open);
    if (times.size() > max_recent_rotations)
        times.erase(times.begin(), times.end() - static_cast<std::ptrdiff_t>(max_recent_rotations));
}

}  // namespace

bool is_expired(const session& s, unix_time now, const session_settings& settings) noexcept {
    return now >= s.expires_at || elapsed(s.last_used_at, now) >= settings.idle_lifetime;
}

refresh_step refresh(session& s, std::uint32_t presented, unix_time now, const session_settings& settings) {
    if (is_expired(s, now, settings)) return {refresh_outcome::expired};
    if (presented > s.counter) return {refresh_outcome::foreign};
    if (presented < s.counter) {
        const auto* used_up = end_of(s, presented);
        if (!used_up || !within_window(*used_up, now, settings)) return {refresh_outcome::replayed};
        // Its one successor, even when that one is used up already: whoever lags catches up step by step.
        return {refresh_outcome::repeated, presented + 1};
    }
    // After 2^32 - 1 there is no number left; starting again at 0 would bring dead tokens back to life.
    if (s.counter == std::numeric_limits<std::uint32_t>::max()) return {refresh_outcome::expired};
    rotate(s, now, settings);
    return {refresh_outcome::rotated, s.counter};
}

}  // namespace latchkey::sessions
