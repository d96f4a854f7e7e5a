#pragma once

#include "passwords/engine.hpp"

namespace latchkey::passwords {

/// libsodium's Argon2: every variant and shape. Maps and unmaps its memory for each call.
class sodium_engine final : public engine {
public:
    /// libsodium derives only with one lane, a salt of salt_size bytes and, for Argon2i, three passes or
    /// more: anything else is errc::unsupported_hash. It verifies everything.
    result<void> derive(const derivation&) override;
    result<bool> verify(const secret& password, const argon2_hash&) override;
};

}  // namespace latchkey::passwords
