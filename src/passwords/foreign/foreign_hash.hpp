#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "passwords/foreign/crypt_hash.hpp"
#include "passwords/foreign/pbkdf2.hpp"
#include "passwords/foreign/scrypt.hpp"
#include "passwords/memory_ledger.hpp"

/// Hashes that other systems made, so that their users can move in with their passwords. They are verified,
/// never made: a login that matches is `outdated` and gets one of ours.
namespace latchkey::passwords::foreign {

using foreign_hash = std::variant<crypt_hash, scrypt_hash, pbkdf2_hash>;

/// Nothing when no format fits, or the cost exceeds the format's cap. The text stands in the store as its
/// maker wrote it.
std::optional<foreign_hash> parse(std::string_view);

workload work_of(const foreign_hash&) noexcept;
/// Bytes the computation holds.
std::uint64_t memory_of(const foreign_hash&) noexcept;
/// Takes its memory from the ledger. Constant time in the tag. errc::out_of_memory, errc::unsupported_hash.
result<bool> verify(const foreign_hash&, const secret& password, memory_ledger&);

}  // namespace latchkey::passwords::foreign
