#pragma once

#include <memory>

#include "passwords/arena.hpp"
#include "passwords/argon2/kernel.hpp"
#include "passwords/engine.hpp"
#include "passwords/sodium_engine.hpp"

namespace latchkey::passwords {

/// Our own Argon2id, one lane, with one kernel and one arena; what it does not know it hands to libsodium.
/// Counts all memory, libsodium's too, in the ledger: errc::out_of_memory when it would exceed the budget.
class simd_engine final : public engine {
public:
    /// `usual`: the cost that the arena is kept for. It holds two hashes of it; a larger one is mapped for
    /// the moment.
    simd_engine(const argon2::kernel&, memory_ledger&, const argon2_parameters& usual) noexcept;

    result<void> derive(const derivation&) override;
    result<bool> verify(const secret& password, const argon2_hash&) override;
    bool interleaves(const argon2_parameters&, argon2_variant) const noexcept override;
    result<void> derive_two(const derivation&, const derivation&) override;
    void wipe() noexcept override { arena_.wipe(); }
    void release() noexcept override { arena_.release(); }

private:
    std::uint64_t* reserve(std::size_t bytes) noexcept;
    void give_back_excess() noexcept;
    /// libsodium maps memory of its own; the arena makes room when there is none.
    sodium_engine& sodium_for(const argon2_parameters&) noexcept;

    const argon2::kernel& kernel_;
    memory_ledger& ledger_;
    const std::size_t usual_size_;
    arena arena_;
    sodium_engine sodium_;
};

/// The fastest engine of this machine: ours with its best kernel, else libsodium's.
std::unique_ptr<engine> make_engine(memory_ledger&, const argon2_parameters& usual);

}  // namespace latchkey::passwords
