#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "passwords/cost_book.hpp"
#include "passwords/engine.hpp"
#include "passwords/hash_pool.hpp"
#include "passwords/memory_ledger.hpp"
#include "passwords/stored_hash.hpp"

namespace latchkey::passwords {

/// What a job computes with: the thread's engine, everybody's memory budget.
struct workplace {
    engine& by;
    memory_ledger& ledger;
};

/// A password that waits for a hashing thread, what is to be done with it, and who waits for the answer.
/// Exactly one of refuse() and answer() is called, the latter after the computation.
struct hash_job {
    using verdict_owed = completion<result<verdict>>;
    using hash_owed = completion<result<std::string>>;

    std::uint64_t id = 0;
    std::chrono::steady_clock::time_point arrived;
    std::chrono::nanoseconds cost{};

    secret password;
    stored_hash hash;  ///< to verify; or, when a hash is owed, what is to become of a fresh salt
    std::variant<verdict_owed, hash_owed> owed;
    result<bool> outcome =
        errc::internal;     ///< of the computation: whether it matched, or `made` is filled in
    std::string made = {};  ///< the PHC string of a hash that is owed

    bool verifies() const noexcept { return std::holds_alternative<verdict_owed>(owed); }
    workload work() const noexcept { return work_of(hash); }
    /// Null for a foreign hash.
    const argon2_hash* argon2() const noexcept { return argon2_of(hash); }
    bool pairs_with(const hash_job&) const noexcept;

    void refuse(errc);
    /// Fills in the outcome. The error, if it was one, for the books.
    result<void> compute(const workplace&) noexcept;
    /// Two that pair, interleaved.
    static result<void> compute_two(hash_job&, hash_job&, const workplace&) noexcept;
    /// Gives the outcome to who waits for it. `wanted`: the parameters of new hashes.
    void answer(const argon2_parameters& wanted);

private:
    result<void> unwrap();
    void forget_password() noexcept { password = {}; }
    derivation into(secret& tag) const;
    result<bool> check(const workplace&) const;
    result<bool> fill_in(const workplace&);
    result<bool> settle(const secret& tag);
};

/// A hash to be filled in: a fresh salt, room for the tag.
argon2_hash fresh_hash(const argon2_parameters&);

}  // namespace latchkey::passwords
