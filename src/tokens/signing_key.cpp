#include "tokens/signing_key.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "crypto/base64url.hpp"
#include "crypto/hmac_sha256.hpp"
#include "crypto/random.hpp"
#include "crypto/signatures.hpp"

namespace latchkey::tokens {
namespace {

namespace base64url = crypto::base64url;
using crypto::signature_scheme;

constexpr std::size_t hmac_key_size = 32;  // RFC 7518 section 3.2: not shorter than the hash
constexpr std::size_t kid_size = 16;

/// What an algorithm is called, and for the asymmetric ones how its JWK begins (RFC 7518 section 6, RFC
/// 8037).
struct algorithm_entry {
    algorithm value;
    std::string_view name;
    std::string_view key_type;
    std::string_view curve;
};
constexpr std::array algorithms{
    algorithm_entry{algorithm::hs256, "HS256", "oct", ""},
    algorithm_entry{algorithm::es256, "ES256", "EC", "P-256"},
    algorithm_entry{algorithm::rs256, "RS256", "RSA", ""},
    algorithm_entry{algorithm::eddsa, "EdDSA", "OKP", "Ed25519"},
};

const algorithm_entry& entry_of(algorithm wanted) {
    return *std::find_if(algorithms.begin(), algorithms.end(),
                         [&](const auto& e) { return e.value == wanted; });
}

signature_scheme scheme_of(algorithm a) {
    switch (a) {
        case algorithm::es256:
            return signature_scheme::es256;
        case algorithm::rs256:
            return signature_scheme::rs256;
        case algorithm::eddsa:
            return signature_scheme::ed25519;
        case algorithm::hs256:
            break;
    }
    throw std::logic_error("a symmetric algorithm has no signature scheme");
}

class hmac_signing_key final : public signing_key {
public:
    hmac_signing_key(std::string kid, std::span<const std::uint8_t> key) : kid_(std::move(kid)), hmac_(key) {}

    std::string_view kid() const noexcept override { return kid_; }
    tokens::algorithm algorithm() const noexcept override { return tokens::algorithm::hs256; }
    void append_signature(std::string_view signing_input, std::string& out) const override {
        base64url::append(out, hmac_.mac(signing_input));
    }
    bool verify(std::string_view signing_input,
                std::span<const std::uint8_t> signature) const noexcept override {
        return hmac_.verify(signing_input, signature);
    }
    std::optional<boost::json::object> public_jwk() const override { return std::nullopt; }

private:
    std::string kid_;
    crypto::hmac_sha256 hmac_;
};

class public_signing_key final : public signing_key {
public:
    public_signing_key(std::string kid, tokens::algorithm algorithm, crypto::signature_key key)
        : kid_(std::move(kid)), algorithm_(algorithm), key_(std::move(key)) {}

    std::string_view kid() const noexcept override { return kid_; }
    tokens::algorithm algorithm() const noexcept override { return algorithm_; }
    void append_signature(std::string_view signing_input, std::string& out) const override {
        base64url::append(out, key_.sign(signing_input));
    }
    bool verify(std::string_view signing_input,
                std::span<const std::uint8_t> signature) const noexcept override {
        return key_.verify(signing_input, signature);
    }
    std::optional<boost::json::object> public_jwk() const override {
        const auto& entry = entry_of(algorithm_);
        boost::json::object jwk{{"kty", entry.key_type}, {"use", "sig"}, {"alg", entry.name}, {"kid", kid_}};
        if (!entry.curve.empty()) jwk["crv"] = entry.curve;
        for (const auto& [name, value] : key_.public_parameters())
            jwk[name] = base64url::encode(value);
        return jwk;
    }

private:
    std::string kid_;
    tokens::algorithm algorithm_;
    crypto::signature_key key_;
};

/// The kid is written into headers and JSON as it is.
bool is_kid(std::string_view kid) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return kid.size() == kid_size && kid.find_first_not_of(alphabet) == kid.npos;
}

}  // namespace

std::string_view name(algorithm a) noexcept {
    return entry_of(a).name;
}

std::optional<algorithm> parse_algorithm(std::string_view text) noexcept {
    for (const auto& entry : algorithms)
        if (entry.name == text) return entry.value;
    return std::nullopt;
}

key_record generate_key(algorithm a, unix_time now) {
    key_record record;
    do {
        record.kid = base64url::encode(crypto::random_array<kid_size / 4 * 3>());
    } while (record.kid.front() == '-');  // a command line would take it for an option
    record.algorithm = a;
    record.material = a == algorithm::hs256 ? crypto::random_secret(hmac_key_size)
                                            : crypto::signature_key::generate(scheme_of(a)).pkcs8();
    record.created_at = record.not_before = now;
    return record;
}

result<std::unique_ptr<signing_key>> load_key(const key_record& record) {
    if (!is_kid(record.kid)) return errc::unsealing_failed;
    const auto material = record.material.bytes();
    if (record.algorithm == algorithm::hs256) {
        if (material.size() < hmac_key_size) return errc::unsealing_failed;
        return std::make_unique<hmac_signing_key>(record.kid, material);
    }
    auto key = crypto::signature_key::load(scheme_of(record.algorithm), material);
    if (!key) return errc::unsealing_failed;
    return std::make_unique<public_signing_key>(record.kid, record.algorithm, std::move(*key));
}

}  // namespace latchkey::tokens
