#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

/// One Argon2 computation: what goes in, and where the tag goes. Refers to its caller's bytes.
struct derivation {
    const secret& password;
    std::span<const std::uint8_t> salt;
    argon2_parameters parameters;
    argon2_variant variant = argon2_variant::argon2id;
    std::span<std::uint8_t> tag;  ///< 16 to 64 bytes, to be filled
};

/// Computes Argon2 tags. One instance belongs to one hashing thread and may keep memory between calls.
class engine {
public:
    virtual ~engine() = default;

    /// Fills `tag`. errc::out_of_memory when the memory cannot be had: never to be taken for a wrong
    /// password. errc::unsupported_hash for a shape that this engine can only verify.
    virtual result<void> derive(const derivation&) = 0;

    /// Whether the password belongs to the hash; constant time in the tag. Errors of derive.
    virtual result<bool> verify(const secret& password, const argon2_hash&);

    /// Whether derive_two is faster than twice derive at this cost.
    virtual bool interleaves(const argon2_parameters&, argon2_variant) const noexcept { return false; }
    /// Two derivations of equal parameters and variant; both tags are filled, or neither is of use.
    virtual result<void> derive_two(const derivation&, const derivation&);

    /// Wipes the memory kept between calls. A no-op when it is wiped already.
    virtual void wipe() noexcept {}
    /// Gives the memory kept between calls back to the system.
    virtual void release() noexcept {}
};

/// A fresh salt, hashed. errc::out_of_memory.
result<std::string> hash_password(engine&, const secret& password, const argon2_parameters&);

/// Whether the password belongs to the hash; constant time in the tag. errc::out_of_memory,
/// errc::unsupported_hash.
result<bool> verify_password(engine&, const secret& password, std::string_view phc);

}  // namespace latchkey::passwords
