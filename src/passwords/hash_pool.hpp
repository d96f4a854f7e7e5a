#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "passwords/phc.hpp"

namespace latchkey::passwords {

struct hash_pool_settings {
    std::size_t threads = 1;
    std::size_t queue_limit = 256;  ///< jobs that may wait; one more is refused
    argon2_parameters parameters;   ///< for new hashes
};

/// What a login learns from the lane.
struct verdict {
    bool match = false;
    bool outdated = false;  ///< it matched, and the stored hash has other parameters than new ones get
};

/// The hashing lane: a fixed set of threads of their own, behind a bounded queue. No hash ever runs on an I/O
/// thread. Thread-safe. Every call comes back to the caller's strand. errc::overloaded when the queue is
/// full, errc::out_of_memory when a hash gets no memory, errc::shutting_down after stop().
class hash_pool {
public:
    explicit hash_pool(hash_pool_settings);
    ~hash_pool();  ///< stop()s

    task<result<verdict>> verify(secret password, std::string phc);
    task<result<std::string>> hash(secret password);

    /// Answers what waits with errc::shutting_down, lets what runs finish, joins the threads. Idempotent.
    void stop();

    /// A PHC string of the configured parameters that no password matches, for users that do not exist.
    const std::string& dummy_phc() const noexcept;
    /// How long a caller that was refused should wait, in whole seconds, at least 1 (Retry-After).
    std::chrono::seconds retry_after() const noexcept;
    std::size_t waiting() const noexcept;

private:
    class lane;
    std::unique_ptr<lane> lane_;
};

}  // namespace latchkey::passwords
