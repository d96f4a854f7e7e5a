#pragma once

#include <span>
#include <string>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// Computes Argon2 tags. One instance belongs to one hashing thread and may keep memory between calls.
class engine {
public:
    virtual ~engine() = default;
    /// Fills `tag`. errc::out_of_memory when the memory cannot be had: never to be taken for a wrong password.
    virtual result<void> derive(const secret& password, std::span<const std::uint8_t> salt, const argon2_parameters&,
                                argon2_variant, std::span<std::uint8_t> tag) = 0;
};

/// A fresh salt, hashed. errc::out_of_memory.
result<std::string> hash_password(engine&, const secret& password, const argon2_parameters&);

/// Whether the password belongs to the hash; constant time in the tag. errc::out_of_memory, errc::unsupported_hash.
result<bool> verify_password(engine&, const secret& password, std::string_view phc);

} // namespace latchkey::passwords
