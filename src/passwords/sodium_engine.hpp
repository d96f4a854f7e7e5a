#pragma once

#include "passwords/engine.hpp"
#include "passwords/memory_ledger.hpp"

namespace latchkey::passwords {

/// libsodium's Argon2: every variant and shape. Maps and unmaps its memory for each call.
class sodium_engine final : public engine {
public:
    /// With a ledger it takes its memory from there: errc::out_of_memory when that would exceed the budget.
    explicit sodium_engine(memory_ledger* ledger = nullptr) noexcept : ledger_(ledger) {}

    /// libsodium derives only with one lane, a salt of salt_size bytes and, for Argon2i, three passes or
    /// more: anything else is errc::unsupported_hash. It verifies everything.
    result<void> derive(const derivation&) override;
    result<bool> verify(const secret& password, const argon2_hash&) override;

private:
    memory_ledger* ledger_;
};

}  // namespace latchkey::passwords
