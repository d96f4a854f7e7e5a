#include "tokens/key_rotation.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace latchkey::tokens {
namespace {

using keys = std::vector<key_record>;
using std::chrono::milliseconds;

bool may_sign(const key_record& k, unix_time at) {
    return k.not_before <= at && (!k.retired_at || *k.retired_at > at);
}

/// The first moment from `now` on at which no key of the algorithm may sign; nothing when one always may.
std::optional<unix_time> signed_until(const keys& all, algorithm wanted, unix_time now) {
    for (auto covered = now;;) {
        const auto signs = std::ranges::find_if(
            all, [&](const auto& k) { return k.algorithm == wanted && may_sign(k, covered); });
        if (signs == all.end()) return covered;
        if (!signs->retired_at) return std::nullopt;
        covered = *signs->retired_at;
    }
}

bool younger(const key_record& a, const key_record& b) {
    return std::tie(a.not_before, a.kid) > std::tie(b.not_before, b.kid);
}

/// The not_before of the youngest key that is not retired. Only where signed_until() says that there is one.
unix_time youngest(const keys& all, algorithm wanted) {
    auto latest = unix_time::min();
    for (const auto& k : all)
        if (k.algorithm == wanted && !k.retired_at) latest = std::max(latest, k.not_before);
    return latest;
}

milliseconds lifetime_of(const rotation_settings& s) {
    // A shorter one would publish keys faster than they come to sign.
    return std::max(s.key_lifetime, s.publish_ahead);
}

std::optional<unix_time> addition(const keys& all, const rotation_settings& s, unix_time now,
                                  rotation wanted) {
    if (const auto gap = signed_until(all, s.algorithm, now)) return std::min(*gap, now + s.publish_ahead);
    const auto latest = youngest(all, s.algorithm);
    if (latest > now) return std::nullopt;  // the successor is published
    const bool too_old =
        s.key_lifetime > milliseconds::zero() && now - latest >= lifetime_of(s) - s.publish_ahead;
    if (wanted == rotation::by_age && !too_old) return std::nullopt;
    return now + s.publish_ahead;
}

/// When the key's next younger one begins; `added` has no kid yet and is the youngest of its moment.
std::optional<unix_time> succeeded_at(const key_record& key, const keys& all,
                                      std::optional<unix_time> added) {
    std::optional<unix_time> first;
    const auto consider = [&](unix_time t) { first = first ? std::min(*first, t) : t; };
    for (const auto& k : all)
        if (k.algorithm == key.algorithm && !k.retired_at && younger(k, key)) consider(k.not_before);
    if (added && *added >= key.not_before) consider(*added);
    return first;
}

std::optional<unix_time> retirement(const key_record& key, const keys& all, const rotation_settings& s,
                                    std::optional<unix_time> added, unix_time now) {
    if (key.retired_at) return std::nullopt;
    if (key.algorithm == s.algorithm) return succeeded_at(key, all, added);
    const bool ended = s.key_lifetime > milliseconds::zero() && now - key.not_before >= lifetime_of(s);
    return ended ? std::optional(now) : std::nullopt;
}

}  // namespace

rotation_plan plan_rotation(const keys& all, const rotation_settings& s, unix_time now, rotation wanted) {
    rotation_plan plan;
    const auto added = addition(all, s, now, wanted);
    if (added) plan.add.push_back(*added);
    for (const auto& key : all) {
        if (const auto at = retirement(key, all, s, added, now)) plan.retire.push_back({key.kid, *at});
        // Counted from a moment that has passed: retired_at may be any text's time, and sums must not
        // overflow.
        if (key.retired_at && *key.retired_at <= now &&
            now - *key.retired_at > s.longest_token + removal_margin)
            plan.remove.push_back(key.kid);
    }
    return plan;
}

task<result<void>> carry_out(key_store& store, rotation_plan plan, algorithm wanted, unix_time now) {
    key_changes changes{.add = {}, .retire = std::move(plan.retire), .remove = std::move(plan.remove)};
    for (const auto not_before : plan.add) {
        changes.add.push_back(generate_key(wanted, now));
        changes.add.back().not_before = not_before;
    }
    return store.change_keys(std::move(changes));
}

}  // namespace latchkey::tokens
