#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/clock.hpp"

namespace latchkey::throttle {

/// What is remembered of one account, address or device.
struct bucket {
    std::uint64_t key = 0;       ///< of its owner; 0: nobody's
    unix_time tat = {};          ///< gcra.hpp
    unix_time proved = {};       ///< when a login succeeded here last; the epoch: never
    std::uint32_t failures = 0;  ///< since a login of the account succeeded
    std::uint32_t pending = 0;   ///< attempts let in whose outcome is open
};

/// A table of buckets that never grows: sets of eight, found by a keyed hash, so that nobody can aim at a
/// set. A newcomer takes the place of the one that matters least: nothing pending, paid off soonest. So
/// whoever wants an exhausted bucket forgotten must exhaust as many others as the table holds. Not
/// thread-safe.
class bucket_table {
public:
    /// `buckets` is rounded up to a power of two, at least 8.
    explicit bucket_table(std::size_t buckets);

    /// Null when there is none.
    bucket* find(std::uint64_t key) noexcept;
    /// The bucket of that key, made when there is none. Valid until the next call.
    bucket& at(std::uint64_t key) noexcept;
    std::size_t size() const noexcept { return (mask_ + 1) * ways; }

private:
    static constexpr std::size_t ways = 8;
    bucket* set_of(std::uint64_t key) noexcept { return &buckets_[(key & mask_) * ways]; }

    struct freed {
        void operator()(bucket* all) const noexcept { std::free(all); }
    };

    std::uint64_t mask_;  ///< of the number of sets
    /// From calloc: an empty bucket is all zeros, and a page that nobody has written takes no memory.
    std::unique_ptr<bucket[], freed> buckets_;
};

}  // namespace latchkey::throttle
