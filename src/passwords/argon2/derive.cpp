#include "passwords/argon2/derive.hpp"

#include <sched.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace latchkey::passwords::argon2 {
namespace {

using bytes = std::span<const std::uint8_t>;

constexpr std::size_t digest_size = 64;
constexpr std::uint32_t version = 0x13;

/// Bytes on the stack that depend on the password: wiped when they go.
template <std::size_t N>
struct wiped_bytes : std::array<std::uint8_t, N> {
    wiped_bytes() : std::array<std::uint8_t, N>{} {}
    wiped_bytes(const wiped_bytes&) = delete;
    wiped_bytes& operator=(const wiped_bytes&) = delete;
    ~wiped_bytes() { sodium_memzero(this->data(), N); }
};

/// BLAKE2b over several pieces; numbers are 32-bit little-endian as everywhere in Argon2.
class blake2b {
public:
    explicit blake2b(std::size_t size) : size_(size) {
        crypto_generichash_blake2b_init(&state_, nullptr, 0, size);
    }
    blake2b(const blake2b&) = delete;
    blake2b& operator=(const blake2b&) = delete;
    ~blake2b() { sodium_memzero(&state_, sizeof state_); }

    blake2b& add(bytes piece) {
        if (!piece.empty()) crypto_generichash_blake2b_update(&state_, piece.data(), piece.size());
        return *this;
    }
    blake2b& add(std::size_t number) {
        const auto n = static_cast<std::uint32_t>(number);
        const std::array<std::uint8_t, 4> little{
            static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8),
            static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 24)};
        return add(bytes(little));
    }
    blake2b& add_with_length(bytes piece) { return add(piece.size()).add(piece); }
    void finish(std::uint8_t* out) { crypto_generichash_blake2b_final(&state_, out, size_); }

private:
    crypto_generichash_blake2b_state state_;
    std::size_t size_;
};

/// H' of section 3.3: a digest of any size.
void variable_hash(std::span<std::uint8_t> out, bytes input) {
    if (out.size() <= digest_size) return blake2b(out.size()).add(out.size()).add(input).finish(out.data());
    wiped_bytes<digest_size> v;
    blake2b(digest_size).add(out.size()).add(input).finish(v.data());
    while (true) {
        std::copy_n(v.begin(), digest_size / 2, out.begin());
        out = out.subspan(digest_size / 2);
        if (out.size() <= digest_size) break;
        wiped_bytes<digest_size> next;
        blake2b(digest_size).add(bytes(v)).finish(next.data());
        std::ranges::copy(next, v.begin());
    }
    blake2b(out.size()).add(bytes(v)).finish(out.data());
}

/// The RFC's bytes (little-endian words in its order) to our layout.
void place(bytes rfc, std::uint64_t* block) noexcept {
    for (std::size_t i = 0; i < block_words; ++i)
        std::memcpy(block + place_of(i), rfc.data() + 8 * i, 8);
}

void unplace(const std::uint64_t* block, std::span<std::uint8_t> rfc) noexcept {
    for (std::size_t i = 0; i < block_words; ++i)
        std::memcpy(rfc.data() + 8 * i, block + place_of(i), 8);
}

/// A hashing thread is behind all others (base/thread_duty.hpp), but only where somebody wakes while it runs.
/// When it wakes itself while an I/O thread waits for the processor, Linux 6.6 and later may choose it, since
/// it has had less than its share, and let it run until the next tick: 4 ms, the whole login. What yields is
/// chosen after those; where the others never pause, it waits the longer for it.
void pause() noexcept {
    ::sched_yield();
}

}  // namespace

filling start(const derivation& d, std::uint64_t* memory) {
    const auto& cost = d.parameters;
    wiped_bytes<digest_size + 8> seed;  // H0 || block number || lane
    blake2b h0(digest_size);
    h0.add(cost.lanes).add(d.tag.size()).add(cost.memory_kib).add(cost.passes).add(version);
    h0.add(static_cast<std::size_t>(d.variant)).add_with_length(d.password.bytes()).add_with_length(d.salt);
    h0.add(0).add(0);  // neither key nor associated data
    h0.finish(seed.data());
    for (std::uint8_t i = 0; i < 2; ++i) {
        seed[digest_size] = i;
        wiped_bytes<block_size> block;
        variable_hash(block, seed);
        place(block, memory + i * block_words);
    }
    return {memory, cost.memory_kib / 4 * 4, cost.passes, pause};
}

void finish(const filling& full, const derivation& d) {
    wiped_bytes<block_size> last;
    unplace(full.memory + (full.blocks - 1) * block_words, last);
    variable_hash(d.tag, last);
}

}  // namespace latchkey::passwords::argon2
