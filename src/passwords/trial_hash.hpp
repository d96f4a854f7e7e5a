#pragma once

#include <cstddef>

#include "passwords/engine.hpp"

namespace latchkey::passwords {

/// For measuring an engine: what a hashing thread computes at once when logins wait, two hashes where the
/// engine interleaves. How many it were. errc::out_of_memory.
result<std::size_t> trial_hash(engine&, const argon2_parameters&);

/// What this thread has used of a processor, in seconds: what else the machine does meanwhile does not
/// matter.
double processor_time() noexcept;

}  // namespace latchkey::passwords
