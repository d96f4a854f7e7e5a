#pragma once

#include <cstdint>

#include "sessions/session.hpp"

/// The session state machine: what a refresh token means, given the session's row. Pure: no clock, no store,
/// no key; the store runs it inside its transaction, the model check runs it exhaustively (RFC 6749 section
/// 6, RFC 9700 section 4.14).
namespace latchkey::sessions {

enum class refresh_outcome : std::uint8_t {
    rotated,   ///< the current token: it is used up, its successor is current
    repeated,  ///< used up inside the reuse window: the same successor again, never a sibling, nothing
               ///< changes
    replayed,  ///< used up before that: somebody else has it. The session ends
    expired,   ///< the session is over, idle or absolute
    foreign    ///< a counter that was never issued (a store restored from a backup): refused, nothing changes
};

struct refresh_step {
    refresh_outcome outcome;
    std::uint32_t successor = 0;  ///< counter of the token to answer with (rotated, repeated)
};

/// Decides, and for `rotated` advances the session: counter, rotations, last_used_at.
refresh_step refresh(session&, std::uint32_t presented, unix_time now, const session_settings&);

/// Idle or absolute expiry has come.
bool is_expired(const session&, unix_time now, const session_settings&) noexcept;

}  // namespace latchkey::sessions
