// The low-level SHA256_* functions are deprecated in OpenSSL 3 in favour of EVP. They are used here on
// purpose, and only here: a prepared state is a plain struct that a MAC copies onto its stack, where
// EVP_MD_CTX_copy_ex and EVP_MAC_CTX_dup allocate twice per MAC; and SHA256() would look up its algorithm
// each time, behind locks. They run the same assembly (SHA extensions) as EVP does.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hmac_sha256.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "crypto/secret.hpp"

namespace latchkey::crypto {
namespace {

using block = std::array<std::uint8_t, SHA256_CBLOCK>;

/// Starts `state` with the key block xor-ed with `pad` (RFC 2104 section 2).
void start(SHA256_CTX& state, block key, std::uint8_t pad) {
    for (auto& byte : key)
        byte ^= pad;
    SHA256_Init(&state);
    SHA256_Update(&state, key.data(), key.size());
    wipe(std::span(key));
}

}  // namespace

std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256(std::string_view message) noexcept {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, message.data(), message.size());
    SHA256_Final(digest.data(), &state);
    return digest;
}

hmac_sha256::hmac_sha256(std::span<const std::uint8_t> key) {
    block padded{};
    if (key.size() > padded.size())
        SHA256(key.data(), key.size(), padded.data());
    else
        std::copy(key.begin(), key.end(), padded.begin());
    start(inner_, padded, 0x36);
    start(outer_, padded, 0x5c);
    wipe(std::span(padded));
}

hmac_sha256::~hmac_sha256() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
}

hmac_sha256::tag hmac_sha256::mac(std::string_view message) const noexcept {
    // The copies end as finished digests, not as the keyed states, and SHA256_Final clears their buffers:
    // nothing of the key stays on the stack.
    tag out;
    SHA256_CTX state = inner_;
    SHA256_Update(&state, message.data(), message.size());
    SHA256_Final(out.data(), &state);
    state = outer_;
    SHA256_Update(&state, out.data(), out.size());
    SHA256_Final(out.data(), &state);
    return out;
}

bool hmac_sha256::verify(std::string_view message, std::span<const std::uint8_t> expected) const noexcept {
    return equal_in_constant_time(mac(message), expected);
}

}  // namespace latchkey::crypto
