#include "crypto/sealed_box.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "crypto/random.hpp"

namespace latchkey::crypto {
namespace {

constexpr std::size_t key_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

/// Keeps this key apart from every other one that may ever be derived from the same master key.
constexpr char personalisation[crypto_generichash_blake2b_PERSONALBYTES + 1] = "latchkey-seal-v1";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

master_key::master_key(const secret& text) : key_(secret::of_size(key_size)) {
    const auto derived = crypto_generichash_blake2b_salt_personal(
        key_.bytes().data(), key_size, text.bytes().data(), text.size(), nullptr, 0, nullptr,
        reinterpret_cast<const unsigned char*>(personalisation));
    if (derived != 0) throw std::runtime_error("BLAKE2b refused the master key");
}

std::string master_key::seal(const secret& plain, std::string_view context) const {
    const auto nonce = random_array<nonce_size>();
    std::string sealed(nonce_size + plain.size() + tag_size, '\0');
    std::copy(nonce.begin(), nonce.end(), sealed.begin());
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(sealed.data() + nonce_size),
                                               nullptr, plain.bytes().data(), plain.size(), bytes_of(context),
                                               context.size(), nullptr, nonce.data(), key_.bytes().data());
    return sealed;
}

result<secret> master_key::open(std::string_view sealed, std::string_view context) const {
    if (sealed.size() < nonce_size + tag_size) return errc::unsealing_failed;
    const auto boxed = sealed.substr(nonce_size);
    secret plain = secret::of_size(boxed.size() - tag_size);
    const auto opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.bytes().data(), nullptr, nullptr, bytes_of(boxed), boxed.size(), bytes_of(context),
        context.size(), bytes_of(sealed), key_.bytes().data());
    if (opened != 0) return errc::unsealing_failed;
    return plain;
}

}  // namespace latchkey::crypto
