#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "crypto/uuid.hpp"

namespace latchkey::tokens {

/// The nil UUID (RFC 9562 section 5.9), which no user and no session has: an entry of it ends everybody's
/// tokens. A store that was set back to an older state has one.
inline constexpr crypto::uuid everybody{};

/// One entry of the store's table of ended subjects and sessions.
struct revocation {
    crypto::uuid id;  ///< of a user or a session, or `everybody`
    unix_time until;  ///< tokens authenticated at or before this moment are dead; unix_time::max(): all are
    std::uint64_t sequence = 0;  ///< the store's own order of these entries
    unix_time noted_at =
        unix_time::max();  ///< when; older than every token lifetime, it says nothing any more
};

/// Which subjects and sessions were ended, and until when: the in-memory copy of the store's table that every
/// verification asks. The store applies each entry when it is committed here, and those of other processes
/// when it refreshes. Thread-safe; a lookup takes one striped shared lock, and none while nothing at all is
/// revoked.
class revocations {
public:
    /// Sets the entry of `id`, unless a later one (by sequence) is there already: order of arrival does not
    /// matter.
    void apply(const revocation&);
    /// Whether a token of `id` authenticated at that moment is dead.
    bool ended(const crypto::uuid& id, unix_time authenticated_at) const;
    /// Whether all tokens authenticated at that moment are dead, whosever they are.
    bool ended_for_everybody(unix_time authenticated_at) const noexcept {
        return authenticated_at <= everybody_until_.load(std::memory_order_acquire);
    }
    /// Drops entries whose `until`, or for those without end whose `noted_at`, lies before `horizon`: no
    /// token that old lives, and what was ended for good gets no new ones.
    void forget_before(unix_time horizon);
    std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

private:
    void end_everybody(unix_time until) noexcept;

    struct entry {
        unix_time until;
        std::uint64_t sequence;
        unix_time noted_at;
    };
    struct stripe {
        mutable std::shared_mutex mutex;
        std::unordered_map<crypto::uuid, entry, crypto::uuid_hash> entries;
    };
    static constexpr std::size_t stripe_count = 16;
    static std::size_t stripe_of(const crypto::uuid& id) noexcept;

    std::array<stripe, stripe_count> stripes_;
    std::atomic<std::size_t> size_{0};
    std::atomic<unix_time> everybody_until_{unix_time::min()};
};

}  // namespace latchkey::tokens
