#include "passwords/hash_mix.hpp"

#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "crypto/random.hpp"
#include "passwords/hash_job.hpp"
#include "passwords/stored_hash.hpp"

namespace latchkey::passwords {
namespace {

static_assert(std::tuple_size_v<hash_mix::key> == crypto_shorthash_KEYBYTES);

constexpr auto everything = std::numeric_limits<std::uint64_t>::max();

std::string make_usual(const argon2_parameters& parameters) {
    auto hash = fresh_hash(parameters);
    crypto::random_bytes(hash.tag);  // to hit it is to guess 256 bits
    return format_phc(hash);
}

/// Hashes of equal cost class take equal time.
using cost_class = std::tuple<work_kind, double, std::uint64_t>;

cost_class class_of(const stored_hash& hash) {
    const auto work = work_of(hash);
    const auto* theirs = std::get_if<foreign::foreign_hash>(&hash);
    if (theirs) return {work.kind, work.units, foreign::memory_of(*theirs)};
    const auto& ours = *argon2_of(hash);
    // One lane and several run in different engines, as do the variants.
    return {work.kind, work.units,
            std::uint64_t{ours.parameters.memory_kib} * 256 + 2 * ours.parameters.lanes +
                (ours.variant == argon2_variant::argon2id ? 1 : 0)};
}

struct members {
    std::uint64_t count = 0;
    std::string example;
};

}  // namespace

std::string dummy_like(std::string_view stored) {
    // The last characters of an encoding have bits that must be zero, so a few stay; of those before them the
    // nearest become other digits, of a kind that every encoding has. In bcrypt's they are all of the tag,
    // which follows the salt without a separator.
    constexpr std::size_t kept = 4, most = 24;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(stored);
    const auto end = out.find_last_not_of('=') + 1;  // padding
    const auto field = out.rfind('$') + 1;
    if (end < field + kept) return out;
    const auto changed = std::min(most, end - field - kept);
    const auto noise = crypto::random_array<most>();
    for (std::size_t i = 0; i < changed; ++i)
        out[end - kept - changed + i] = digits[noise[i] % 16];
    return out;
}

hash_mix::hash_mix(const argon2_parameters& configured, const key& k)
    : usual_(make_usual(configured)),
      key_(k),
      shares_(std::make_shared<const shares>(shares{{everything, usual_}})) {}

void hash_mix::follow(const std::vector<std::string>& sample) {
    std::map<cost_class, members> classes;
    std::uint64_t total = 0;
    for (const auto& text : sample) {
        const auto hash = parse_stored(text);
        if (!hash) continue;
        auto& same = classes[class_of(*hash)];
        if (same.count++ == 0) same.example = text;
        ++total;
    }
    shares fresh;
    std::uint64_t so_far = 0;
    for (const auto& [cost, same] : classes) {
        so_far += same.count;
        const auto part = static_cast<long double>(so_far) / static_cast<long double>(total);
        const auto up_to = so_far == total ? everything : static_cast<std::uint64_t>(part * 0x1p64L);
        fresh.push_back({up_to, dummy_like(same.example)});
    }
    if (fresh.empty()) fresh.push_back({everything, usual_});
    auto published = std::make_shared<const shares>(std::move(fresh));
    const std::lock_guard lock(mutex_);
    shares_ = std::move(published);
}

std::string hash_mix::dummy_for(std::string_view name) const {
    std::shared_ptr<const shares> now;
    {
        const std::lock_guard lock(mutex_);
        now = shares_;
    }
    std::uint64_t point = 0;
    crypto_shorthash(reinterpret_cast<std::uint8_t*>(&point),
                     reinterpret_cast<const std::uint8_t*>(name.data()), name.size(), key_.data());
    for (const auto& s : *now)
        if (point <= s.up_to) return s.dummy;
    return usual_;
}

}  // namespace latchkey::passwords
