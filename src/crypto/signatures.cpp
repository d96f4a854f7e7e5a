#include "crypto/signatures.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <new>
#include <stdexcept>
#include <string>

#include "crypto/ecdsa_encoding.hpp"

namespace latchkey::crypto {
namespace {

constexpr int fresh_rsa_bits = 3072;  // 128-bit security (NIST SP 800-57)
constexpr int min_rsa_bits = 2048;    // RFC 7518 section 3.3
constexpr int max_rsa_bits = max_signature_size * 8;

struct openssl_free {
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
    void operator()(PKCS8_PRIV_KEY_INFO* p) const noexcept { PKCS8_PRIV_KEY_INFO_free(p); }  // clears it, too
    void operator()(BIGNUM* p) const noexcept { BN_free(p); }
};
template <class T>
using owned = std::unique_ptr<T, openssl_free>;

[[noreturn]] void fail(const char* what) {
    ERR_clear_error();
    throw std::runtime_error(std::string("OpenSSL cannot ") + what);
}

/// Ed25519 hashes inside; the others sign a SHA-256 digest.
const EVP_MD* digest_of(signature_scheme scheme) {
    return scheme == signature_scheme::ed25519 ? nullptr : EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool fits(const EVP_PKEY* key, signature_scheme scheme) {
    switch (scheme) {
        case signature_scheme::es256: {
            std::array<char, 32> group{};
            return EVP_PKEY_is_a(key, "EC") == 1 &&
                   EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
                   std::string_view(group.data()) == "prime256v1";
        }
        case signature_scheme::rs256:
            return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= min_rsa_bits &&
                   EVP_PKEY_get_bits(key) <= max_rsa_bits;
        case signature_scheme::ed25519:
            return EVP_PKEY_is_a(key, "ED25519") == 1;
    }
    return false;
}

EVP_PKEY* generate_pkey(signature_scheme scheme) {
    switch (scheme) {
        case signature_scheme::es256:
            return EVP_EC_gen("P-256");
        case signature_scheme::rs256:
            return EVP_RSA_gen(fresh_rsa_bits);
        case signature_scheme::ed25519:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    return nullptr;
}

/// The number `name` of the key as `size` big-endian bytes; in as few as it needs when `size` is zero.
std::vector<std::uint8_t> number(const EVP_PKEY* key, const char* name, std::size_t size) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) fail("read a public key");
    const owned<BIGNUM> n(raw);
    std::vector<std::uint8_t> bytes(size == 0 ? static_cast<std::size_t>(BN_num_bytes(raw)) : size);
    if (BN_bn2binpad(raw, bytes.data(), static_cast<int>(bytes.size())) < 0) fail("write a public key");
    return bytes;
}

std::vector<std::uint8_t> raw_public(const EVP_PKEY* key) {
    std::vector<std::uint8_t> bytes(32);
    std::size_t size = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1 || size != bytes.size())
        fail("read a public key");
    return bytes;
}

}  // namespace

void signature_key::free_key::operator()(EVP_PKEY* key) const noexcept {
    EVP_PKEY_free(key);
}

signature_key::signature_key(signature_scheme scheme, key_pointer key) noexcept
    : scheme_(scheme), key_(std::move(key)) {}

signature_key signature_key::generate(signature_scheme scheme) {
    key_pointer key(generate_pkey(scheme));
    if (!key) fail("generate a key");
    return {scheme, std::move(key)};
}

std::optional<signature_key> signature_key::load(signature_scheme scheme,
                                                 std::span<const std::uint8_t> pkcs8) {
    const unsigned char* at = pkcs8.data();
    const owned<PKCS8_PRIV_KEY_INFO> info(
        d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size())));
    const bool whole = info && at == pkcs8.data() + pkcs8.size();
    key_pointer key(whole ? EVP_PKCS82PKEY(info.get()) : nullptr);
    if (!key || !fits(key.get(), scheme)) {
        ERR_clear_error();
        return std::nullopt;
    }
    signature_key loaded(scheme, std::move(key));
    // A damaged key may parse, and then issue tokens that nobody can verify.
    constexpr std::string_view probe = "latchkey";
    try {
        if (!loaded.verify(probe, loaded.sign(probe))) return std::nullopt;
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
    return loaded;
}

secret signature_key::pkcs8() const {
    const owned<PKCS8_PRIV_KEY_INFO> info(EVP_PKEY2PKCS8(key_.get()));
    const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    if (size <= 0) fail("encode a key");
    secret der = secret::of_size(static_cast<std::size_t>(size));
    unsigned char* to = der.bytes().data();
    i2d_PKCS8_PRIV_KEY_INFO(info.get(), &to);
    return der;
}

std::vector<jwk_parameter> signature_key::public_parameters() const {
    std::vector<jwk_parameter> parameters;
    switch (scheme_) {
        case signature_scheme::es256:
            parameters.push_back({"x", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32)});
            parameters.push_back({"y", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32)});
            break;
        case signature_scheme::rs256:
            parameters.push_back({"n", number(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0)});
            parameters.push_back({"e", number(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0)});
            break;
        case signature_scheme::ed25519:
            parameters.push_back({"x", raw_public(key_.get())});
            break;
    }
    return parameters;
}

std::vector<std::uint8_t> signature_key::sign(std::string_view message) const {
    const owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    std::size_t size = signature.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, digest_of(scheme_), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(message), message.size()) != 1)
        fail("sign");
    signature.resize(size);
    if (scheme_ != signature_scheme::es256) return signature;
    auto raw = ecdsa::raw_from_der(signature);
    if (raw.empty()) fail("sign");
    return raw;
}

bool signature_key::verify(std::string_view message, std::span<const std::uint8_t> signature) const noexcept
    try {
    std::vector<std::uint8_t> der;
    if (scheme_ == signature_scheme::es256) {
        der = ecdsa::der_from_raw(signature);
        if (der.empty()) return false;
        signature = der;
    }
    const owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const bool right =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, digest_of(scheme_), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(message),
                         message.size()) == 1;
    if (!right) ERR_clear_error();
    return right;
} catch (const std::bad_alloc&) {
    return false;
}

}  // namespace latchkey::crypto
