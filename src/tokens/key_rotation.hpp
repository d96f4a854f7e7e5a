#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tokens/key_store.hpp"
#include "tokens/signing_key.hpp"

namespace latchkey::tokens {

/// When keys come and go.
struct rotation_settings {
    tokens::algorithm algorithm = tokens::algorithm::hs256;
    /// A key signs this long, at least `publish_ahead`; zero: until somebody rotates by hand.
    std::chrono::milliseconds key_lifetime{};
    /// A key is in the store this long before it signs: every process has read it by then, and verifiers that
    /// keep a copy of the JWKS have fetched it again.
    std::chrono::milliseconds publish_ahead = std::chrono::minutes(15);
    /// The longest that any access token lives, whoever the client is and whatever was configured before:
    /// config and accounts both refuse more than a day.
    std::chrono::milliseconds longest_token = std::chrono::hours(24);
};

/// What a key is kept beyond the last token it should have signed: for clocks that differ, and for a process
/// that could not read the store when its key was retired.
inline constexpr std::chrono::hours removal_margin{1};

/// What is to be done to the stored keys.
struct rotation_plan {
    std::vector<unix_time> add;          ///< not_before of each new key of the configured algorithm
    std::vector<key_retirement> retire;  ///< at the successor's not_before
    std::vector<std::string> remove;     ///< kid
    bool empty() const noexcept { return add.empty() && retire.empty() && remove.empty(); }
    bool operator==(const rotation_plan&) const = default;
};

enum class rotation {
    by_age,  ///< a successor when the signing key's lifetime ends
    now,     ///< as if it ended this moment; nothing when a successor is published already
};

/// Pure: the same records, settings and moment give the same plan, in every process.
///
/// - A successor is added publish_ahead before the lifetime of the youngest key ends, and signs publish_ahead
///   later. When nothing would sign before that, it signs as soon as nothing else does: at once, in a new
///   store or after tokens.algorithm was changed.
/// - A key with a successor is retired at the successor's not_before.
/// - A key is removed once the last token it can have signed has expired, and removal_margin.
/// - A key of another algorithm is retired at the end of its lifetime, not sooner: processes that disagree
/// about
///   the algorithm, as in a rolling change, must not retire each other's keys and make new ones for ever.
///
/// Two processes may plan at the same moment and both add: the youngest signs (equal times: the greater kid,
/// as in key_ring::signer), the next plan retires the other. Carried out again and again at one moment, plans
/// become empty after the second.
rotation_plan plan_rotation(const std::vector<key_record>&, const rotation_settings&, unix_time now,
                            rotation = rotation::by_age);

/// Makes the keys that the plan asks for and changes the store in one step. Errors of the store.
task<result<void>> carry_out(key_store&, rotation_plan, tokens::algorithm, unix_time now);

}  // namespace latchkey::tokens
