#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// What users that do not exist are checked against, so that the time of an answer does not tell them from
/// those that do.
///
/// A store whose users all have hashes of the configured cost needs one dummy. While users who moved in from
/// elsewhere still have their old hashes, names differ in time, and then so must names that nobody has: as
/// many in a hundred cost what a bcrypt hash costs as there are bcrypt hashes among a hundred users. Which
/// ones is decided by a keyed hash of the name, so that a name costs the same whenever it is tried. The key
/// must be the same in every process that serves the same users, and after a restart.
///
/// Thread-safe.
class hash_mix {
public:
    using key = std::array<std::uint8_t, 16>;

    hash_mix(const argon2_parameters& configured, const key&);

    /// Follows a random sample of the stored hashes; what cannot be read in it is left out. Empty: the
    /// configured cost.
    void follow(const std::vector<std::string>& sample);

    /// A hash that no password matches and that costs what this name's share of the mix costs.
    std::string dummy_for(std::string_view name) const;
    /// One of the configured cost.
    const std::string& usual() const noexcept { return usual_; }

private:
    /// Dummies by upper bound of their part of the 64-bit numbers, in order of cost: a share that grows or
    /// shrinks moves the borders and few names change sides.
    struct share {
        std::uint64_t up_to;
        std::string dummy;
    };
    using shares = std::vector<share>;

    std::string usual_;
    key key_;
    mutable std::mutex mutex_;
    std::shared_ptr<const shares> shares_;  ///< under mutex_; never empty
};

/// `stored` with another tag: the same format, cost and salt, and no password that matches.
std::string dummy_like(std::string_view stored);

}  // namespace latchkey::passwords
