#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sessions/session_rules.hpp"

namespace latchkey::test {

/// A small world around one session: clients that share one login, each with a copy of the token of its own;
/// a thief who may copy the token of any of them at any time; answers that arrive or get lost; a clock.
/// explore() visits every state that any interleaving can reach, each once, and checks in each of them what
/// session_rules promises. Requests are atomic because the store runs them in a transaction.
struct model_settings {
    std::size_t clients = 2;
    int refreshes = 3;  ///< of each client
    int thief_refreshes = 0;
    std::vector<std::chrono::milliseconds>
        steps;  ///< by which the clock may advance, at any moment, as often as it likes
    std::chrono::milliseconds step_back{0};  ///< by which it may be set back
    int steps_back = 0;                      ///< how often
    /// Clients do not sit on a used token beyond the window: time passes only as far as each of them can
    /// still refresh.
    bool prompt = false;
    sessions::session_settings session;
};

/// What explore() saw: states, requests by their outcome, and the requests that came after the end of the
/// session.
struct model_tally {
    std::size_t states = 0;
    std::size_t rotated = 0;
    std::size_t repeated = 0;
    std::size_t replayed = 0;
    std::size_t expired = 0;
    std::size_t after_the_end = 0;
};

/// A broken promise is a test failure that names the path to it; the search stops there.
model_tally explore(const model_settings&);

}  // namespace latchkey::test
