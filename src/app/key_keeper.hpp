#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/recorder.hpp"
#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "tokens/key_ring.hpp"
#include "tokens/key_rotation.hpp"
#include "tokens/key_store.hpp"

namespace latchkey::app {

/// Makes the key ring: from the operator's shared HS256 secret when there is one, else from the store, whose
/// keys it makes, retires and removes when their time has come (tokens/key_rotation.hpp). Not thread-safe:
/// one load() at a time.
class key_keeper {
public:
    struct settings {
        tokens::algorithm algorithm = tokens::algorithm::hs256;
        std::chrono::milliseconds key_lifetime{};  ///< zero: keys are rotated by hand only
    };

    key_keeper(tokens::key_store&, const wall_clock&, settings, std::optional<secret> shared_secret,
               audit::recorder& = audit::unrecorded());

    /// The ring as the store has it now, after what rotation is due. Errors of the key store, and of
    /// tokens::load_key. A store that can be read but not written costs a warning as long as some key may
    /// sign.
    task<result<std::shared_ptr<const tokens::key_ring>>> load();

    /// How often rotation was due and could not be carried out, since the start. Thread-safe.
    std::uint64_t rotation_failures() const noexcept {
        return rotation_failures_.load(std::memory_order_relaxed);
    }
    /// After how long a key is to be replaced by another; nothing where that is the operator's business: the
    /// key is the shared secret, or keys are rotated by hand.
    std::optional<std::chrono::milliseconds> key_lifetime() const noexcept;

private:
    std::vector<tokens::key_record> shared_key() const;
    task<result<std::vector<tokens::key_record>>> stored_keys();
    task<result<void>> record(const tokens::rotation_plan&);
    task<result<void>> rotate(std::vector<tokens::key_record>&);
    bool any_signs(const std::vector<tokens::key_record>&) const;

    tokens::key_store& store_;
    const wall_clock& clock_;
    settings settings_;
    tokens::rotation_settings rotation_;
    std::optional<secret> shared_secret_;
    audit::recorder& audit_;
    std::atomic<std::uint64_t> rotation_failures_{0};
};

}  // namespace latchkey::app
