#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "passwords/hash_mix.hpp"
#include "passwords/lane_metrics.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

struct hash_pool_settings {
    std::size_t threads = 1;
    std::size_t queue_limit = 256;  ///< jobs that may wait; one more is refused
    /// A job is answered within this time of its arrival, or refused: at once when the work before it leaves
    /// no chance.
    std::chrono::milliseconds queue_deadline{5'000};
    /// What all hashing threads together may hold, in bytes; memory.hpp says what they need. A stored hash
    /// that wants more is errc::out_of_memory.
    std::uint64_t memory_budget = std::numeric_limits<std::uint64_t>::max();
    argon2_parameters parameters;  ///< for new hashes
    /// Decides which names that nobody has cost what (hash_mix.hpp). Absent: random, and new with every
    /// start.
    std::optional<hash_mix::key> dummy_key;
};

/// What a login learns from the lane.
struct verdict {
    bool match = false;
    bool outdated = false;  ///< it matched, and the stored hash has other parameters than new ones get
};

class hash_lane;

/// The hashing lane: a fixed set of threads of their own, behind a bounded queue. No hash ever runs on an I/O
/// thread. Thread-safe. Every call comes back to the caller's strand. errc::overloaded when the queue is full
/// or the deadline cannot be met, errc::out_of_memory when a hash gets no memory, errc::shutting_down after
/// stop().
///
/// Both calls honour the caller's cancellation slot: a login whose client has gone is dropped from the queue,
/// with errc::overloaded. One that runs is finished.
class hash_pool {
public:
    explicit hash_pool(hash_pool_settings);
    ~hash_pool();  ///< stop()s

    /// errc::unsupported_hash, at once and without any work, for a hash that no engine understands.
    task<result<verdict>> verify(secret password, std::string phc);
    task<result<std::string>> hash(secret password);

    /// Answers what waits with errc::shutting_down, lets what runs finish, joins the threads. Idempotent.
    void stop();

    /// A PHC string of the configured parameters that no password matches, for users that do not exist.
    const std::string& dummy_phc() const noexcept;
    /// The same for a store in which hashes of several costs are: what to check the password of a user `name`
    /// against who does not exist. `name` is the canonical one.
    std::string dummy_for(std::string_view name) const;
    /// Tells which hashes the store has, by a random sample of them (a thousand will do): at the start, and
    /// now and then.
    void follow(const std::vector<std::string>& sample);

    /// Whether a password to be verified at the usual cost would be refused now, by errc::overloaded. To be
    /// asked before anything is looked up for a login: a refusal then costs next to nothing, and the same for
    /// everybody. Yes counts as a refusal.
    bool refuses_now();

    /// How long a caller that was refused should wait, in whole seconds, at least 1 (Retry-After): until what
    /// waits now will have been done.
    std::chrono::seconds retry_after() const noexcept;
    std::size_t waiting() const noexcept;
    const lane_metrics& metrics() const noexcept;
    const hash_pool_settings& settings() const noexcept;

private:
    std::shared_ptr<hash_lane> lane_;  ///< shared with the cancellation slots of those who wait
    hash_mix mix_;
};

}  // namespace latchkey::passwords
