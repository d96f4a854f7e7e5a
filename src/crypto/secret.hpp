#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace latchkey {

/// Bytes that must not stay behind: password, key, secret. Move-only, always on the heap (a short std::string
/// leaves its characters in the moved-from object), without a stream operator, wiped when destroyed or
/// overwritten.
class secret {
public:
    secret() = default;
    explicit secret(std::string_view bytes);
    explicit secret(std::span<const std::uint8_t> bytes);
    /// `size` zero bytes, to be filled in through bytes().
    static secret of_size(std::size_t size);

    secret(secret&& other) noexcept;
    secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret();

    secret clone() const;
    /// Wipes and forgets all but the first `size` bytes; no more than there are.
    void shorten(std::size_t size) noexcept;
    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }
    std::span<const std::uint8_t> bytes() const noexcept { return {data_, size_}; }
    std::span<std::uint8_t> bytes() noexcept { return {data_, size_}; }
    std::string_view view() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

private:
    void wipe() noexcept;
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Overwrites memory in a way the optimiser keeps (sodium_memzero).
void wipe(std::span<char>) noexcept;
void wipe(std::span<std::uint8_t>) noexcept;

/// Compares in time that depends on the lengths only. Lengths are not secret.
bool equal_in_constant_time(std::span<const std::uint8_t>, std::span<const std::uint8_t>) noexcept;
bool equal_in_constant_time(std::string_view, std::string_view) noexcept;

/// Initialises libsodium; throws std::runtime_error when it cannot. Idempotent; main calls it first.
void init_crypto();

}  // namespace latchkey
