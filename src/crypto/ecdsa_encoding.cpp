#include "crypto/ecdsa_encoding.hpp"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include <memory>

namespace latchkey::crypto::ecdsa {
namespace {

constexpr int half = raw_size / 2;

struct free_signature {
    void operator()(ECDSA_SIG* s) const noexcept { ECDSA_SIG_free(s); }
};
using signature = std::unique_ptr<ECDSA_SIG, free_signature>;

}  // namespace

std::vector<std::uint8_t> raw_from_der(std::span<const std::uint8_t> der) {
    const unsigned char* at = der.data();
    const signature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parsed) return {};
    std::vector<std::uint8_t> raw(raw_size);
    if (BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), raw.data(), half) != half) return {};
    if (BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), raw.data() + half, half) != half) return {};
    return raw;
}

std::vector<std::uint8_t> der_from_raw(std::span<const std::uint8_t> raw) {
    if (raw.size() != raw_size) return {};
    const signature built(ECDSA_SIG_new());
    if (!built) return {};
    BIGNUM* r = BN_bin2bn(raw.data(), half, nullptr);
    BIGNUM* s = BN_bin2bn(raw.data() + half, half, nullptr);
    if (!r || !s || ECDSA_SIG_set0(built.get(), r, s) != 1) {  // takes both only when it succeeds
        BN_free(r);
        BN_free(s);
        return {};
    }
    const int size = i2d_ECDSA_SIG(built.get(), nullptr);
    if (size <= 0) return {};
    std::vector<std::uint8_t> der(static_cast<std::size_t>(size));
    unsigned char* to = der.data();
    i2d_ECDSA_SIG(built.get(), &to);
    return der;
}

}  // namespace latchkey::crypto::ecdsa
