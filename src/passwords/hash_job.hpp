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

/// What a job computes with: the thread's engine, everybody's memory budget, the parameters of new hashes.
struct workplace {
    engine& by;
    memory_ledger& ledger;
    const argon2_parameters& wanted;
};

/// A password that waits for a hashing thread, what is to be done with it, and who waits for the answer.
/// Exactly one of refuse() and run() is called.
struct hash_job {
    using verdict_owed = completion<result<verdict>>;
    using hash_owed = completion<result<std::string>>;

    std::uint64_t id = 0;
    std::chrono::steady_clock::time_point arrived;
    std::chrono::nanoseconds cost{};

    secret password;
    stored_hash hash;  ///< to verify; or, when a hash is owed, what is to become of a fresh salt
    std::variant<verdict_owed, hash_owed> owed;

    bool verifies() const noexcept { return std::holds_alternative<verdict_owed>(owed); }
    workload work() const noexcept { return work_of(hash); }
    /// Null for a foreign hash.
    const argon2_hash* argon2() const noexcept { return argon2_of(hash); }
    bool pairs_with(const hash_job&) const noexcept;

    void refuse(errc);
    /// Computes and answers. The error, if it was one, for the books.
    result<void> run(const workplace&);
    /// Two that pair, interleaved.
    static result<void> run_two(hash_job&, hash_job&, const workplace&);

private:
    result<void> unwrap();
    derivation into(secret& tag) const;
    result<bool> check(const workplace&) const;
    void settle(const result<void>& derived, const secret& tag, const argon2_parameters& wanted);
    void answer(const result<bool>& match, const argon2_parameters& wanted);
};

/// A hash to be filled in: a fresh salt, room for the tag.
argon2_hash fresh_hash(const argon2_parameters&);

}  // namespace latchkey::passwords
