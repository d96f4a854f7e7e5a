#pragma once

#include <cstddef>
#include <string>

#include "crypto/base64url.hpp"
#include "crypto/random.hpp"

namespace latchkey::clients {

/// Base64url of `Bytes` random bytes. Drawn again while it starts with a hyphen: a command line would take it
/// for an option.
template <std::size_t Bytes>
std::string random_id() {
    std::string id = crypto::base64url::encode(crypto::random_array<Bytes>());
    while (id.front() == '-')
        id = crypto::base64url::encode(crypto::random_array<Bytes>());
    return id;
}

}  // namespace latchkey::clients
