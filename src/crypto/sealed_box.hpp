#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/errc.hpp"
#include "crypto/secret.hpp"

namespace latchkey::crypto {

/// The key that seals what lies in the store: 32 bytes derived from LATCHKEY_MASTER_KEY by BLAKE2b with a
/// fixed personalisation, so that the master key may be any high-entropy text.
class master_key {
public:
    /// `text`: at least 32 bytes of high entropy (config checks length and known samples).
    explicit master_key(const secret& text);
    /// Seals with XChaCha20-Poly1305-IETF under a random 24-byte nonce: nonce || ciphertext || tag. `context`
    /// is authenticated but not stored (which row this is), so that sealed values cannot be swapped.
    std::string seal(const secret& plain, std::string_view context) const;
    /// errc::unsealing_failed when the key, the context or the bytes are wrong.
    result<secret> open(std::string_view sealed, std::string_view context) const;

private:
    secret key_;
};

}  // namespace latchkey::crypto
