#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>

namespace latchkey::passwords {

/// What a hash costs is proportional to some number of its parameters; how much one unit takes differs by
/// kind.
enum class work_kind : std::size_t { argon2, bcrypt, scrypt, pbkdf2, sha512_crypt, yescrypt };
inline constexpr std::size_t work_kinds = 6;

struct workload {
    work_kind kind = work_kind::argon2;
    double units =
        0;  ///< Argon2: KiB times passes; bcrypt: 2^cost; scrypt and yescrypt: N·r·p; others: iterations
};

/// How long a computation will take on this machine, learnt from those before it. Thread-safe, lock-free; of
/// two that teach at the same moment one may be forgotten.
class cost_book {
public:
    std::chrono::nanoseconds expect(const workload& work) const noexcept {
        return std::chrono::nanoseconds(static_cast<std::int64_t>(
            per_unit_[index(work.kind)].load(std::memory_order_relaxed) * work.units));
    }

    /// An eighth of the new figure and seven of the old, and the new one counts for four times the old at
    /// most: a hash that was interrupted, be it for the minute that a virtual machine stood still, does not
    /// move it far, and what lasts is followed within ten. The price: interruptions that are long and hit
    /// fewer than one hash in four are underrated, and who waits because of them learns of the deadline when
    /// it comes, not beforehand.
    void learn(const workload& work, std::chrono::nanoseconds took) noexcept {
        if (!(work.units > 0)) return;
        auto& rate = per_unit_[index(work.kind)];
        const double before = rate.load(std::memory_order_relaxed);
        const double measured = std::min(static_cast<double>(took.count()) / work.units, 4 * before);
        rate.store(before + (measured - before) / 8, std::memory_order_relaxed);
    }

private:
    static std::size_t index(work_kind kind) noexcept { return static_cast<std::size_t>(kind); }

    /// Nanoseconds a unit; first guesses for a machine of 2023.
    std::array<std::atomic<double>, work_kinds> per_unit_{200, 60'000, 500, 600, 500, 400};
};

}  // namespace latchkey::passwords
