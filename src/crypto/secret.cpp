#include "crypto/secret.hpp"

#include <openssl/crypto.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace latchkey {

secret secret::of_size(std::size_t size) {
    secret made;
    if (size == 0) return made;
    made.data_ = new std::uint8_t[size]{};
    made.size_ = size;
    return made;
}

secret::secret(std::string_view bytes) : secret(of_size(bytes.size())) {
    std::copy(bytes.begin(), bytes.end(), data_);
}

secret::secret(std::span<const std::uint8_t> bytes) : secret(of_size(bytes.size())) {
    std::copy(bytes.begin(), bytes.end(), data_);
}

secret::secret(secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

secret& secret::operator=(secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

secret::~secret() {
    wipe();
}

secret secret::clone() const {
    return secret(bytes());
}

void secret::shorten(std::size_t size) noexcept {
    latchkey::wipe(bytes().subspan(size));
    size_ = size;
}

void secret::wipe() noexcept {
    latchkey::wipe(bytes());
    delete[] data_;
    data_ = nullptr;
    size_ = 0;
}

void wipe(std::span<char> memory) noexcept {
    wipe({reinterpret_cast<std::uint8_t*>(memory.data()), memory.size()});
}

void wipe(std::span<std::uint8_t> memory) noexcept {
    // With AVX-512 the C library sets nothing at a null pointer by a masked store, for which the processor
    // takes longer than for a page: an eighth of an introspection went into wiping secrets that were empty.
    if (!memory.empty()) sodium_memzero(memory.data(), memory.size());
}

// OpenSSL's comparison is assembly; sodium_memcmp goes byte by byte, and was an eighth of verifying a token.
bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void init_crypto() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace latchkey
