#pragma once

#include <string>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "tokens/signing_key.hpp"

namespace latchkey::tokens {

/// Port: where signing keys are kept, sealed when a master key is set. Asynchronous; calls are linearisable.
/// Errors: errc::store_unavailable; errc::unsealing_failed when a stored key cannot be opened with the master
/// key given.
class key_store {
public:
    virtual ~key_store() = default;
    virtual task<result<std::vector<key_record>>> list_keys() = 0;
    /// Inserts or replaces by kid. Durable when it returns.
    virtual task<result<void>> put_key(key_record) = 0;
    /// Adds `fresh` unless the store has a key already (two processes may start at once); the keys then
    /// stored.
    virtual task<result<std::vector<key_record>>> ensure_key(key_record fresh) = 0;
    virtual task<result<void>> remove_key(std::string kid) = 0;
    /// The secret of that name, made from `fresh` when there is none (two processes may start at once).
    /// Sealed like the keys; for what is not a signing key, such as the key of refresh tokens.
    virtual task<result<secret>> ensure_secret(std::string name, secret fresh) = 0;
};

}  // namespace latchkey::tokens
