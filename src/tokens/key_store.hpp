#pragma once

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
};

}  // namespace latchkey::tokens
