#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "tokens/key_ring.hpp"
#include "tokens/key_store.hpp"

namespace latchkey::app {

/// Makes the key ring: from the operator's shared HS256 secret when there is one, else from the store, which gets its first
/// key here.
class key_keeper {
public:
    struct settings {
        tokens::algorithm algorithm = tokens::algorithm::hs256;
        std::string typ = "JWT";
    };

    key_keeper(tokens::key_store&, const wall_clock&, settings, std::optional<secret> shared_secret);

    /// The ring as the store has it now. Errors of the key store, and of tokens::load_key.
    task<result<std::shared_ptr<const tokens::key_ring>>> load();

private:
    std::vector<tokens::key_record> shared_key() const;
    task<result<std::vector<tokens::key_record>>> add_key(bool first);

    tokens::key_store& store_;
    const wall_clock& clock_;
    settings settings_;
    std::optional<secret> shared_secret_;
};

} // namespace latchkey::app
