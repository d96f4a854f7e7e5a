#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "tokens/revocations.hpp"

/// The table of ended users and sessions. All of it runs inside the caller's transaction.
namespace latchkey::storage::sqlite::revocation_table {

inline constexpr unix_time for_ever = unix_time::max();

/// Sets the entry of `id`, with a new sequence.
tokens::revocation note(database&, const crypto::uuid& id, unix_time until, unix_time now);
bool has(database&, const crypto::uuid& id);
/// The entries after `sequence`, in order.
std::vector<tokens::revocation> after(database&, std::uint64_t sequence);
/// Puts committed entries in force, and moves `newest` to the last of them. From any thread.
void apply(const std::vector<tokens::revocation>&, tokens::revocations&, std::atomic<std::uint64_t>& newest);
/// The last sequence that was given out.
std::uint64_t newest(database&);
/// Removes at most `limit` of the entries that were noted before `horizon` and say nothing about a token that
/// can still be valid. Disabled accounts keep theirs. How many it removed.
std::uint64_t prune(database&, unix_time horizon, std::size_t limit);

}  // namespace latchkey::storage::sqlite::revocation_table
