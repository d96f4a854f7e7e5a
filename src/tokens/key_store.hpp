#pragma once

#include <string>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "tokens/signing_key.hpp"

namespace latchkey::tokens {

struct key_retirement {
    std::string kid;
    unix_time at;  ///< from here on the key signs no more
    bool operator==(const key_retirement&) const = default;
};

/// What is to become of some keys. A key goes one way only: it comes, is retired, is removed. So whoever acts
/// on a list that is old by now, a rotation or an administrator, cannot undo what another has done meanwhile.
struct key_changes {
    std::vector<key_record> add;         ///< a kid that is there already stays as it is
    std::vector<key_retirement> retire;  ///< never later than was said before; an unknown kid stays unknown
    std::vector<std::string> remove;     ///< kid; an unknown one is no error
};

/// Port: where signing keys are kept, sealed when a master key is set. Asynchronous; calls are linearisable.
/// Errors: errc::store_unavailable; errc::unsealing_failed when a stored key cannot be opened with the master
/// key given.
class key_store {
public:
    virtual ~key_store() = default;
    virtual task<result<std::vector<key_record>>> list_keys() = 0;
    /// All of it or nothing. Durable when it returns.
    virtual task<result<void>> change_keys(key_changes) = 0;
    /// Adds `fresh` unless the store has a key already (two processes may start at once); the keys then
    /// stored.
    virtual task<result<std::vector<key_record>>> ensure_key(key_record fresh) = 0;
    /// The secret of that name, made from `fresh` when there is none (two processes may start at once).
    /// Sealed like the keys; for what is not a signing key, such as the key of refresh tokens.
    virtual task<result<secret>> ensure_secret(std::string name, secret fresh) = 0;
};

}  // namespace latchkey::tokens
