#pragma once

#include <sodium/crypto_generichash_blake2b.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

/// Argon2 as RFC 9106 writes it: every variant, any number of lanes, key and associated data; slow and plain.
/// Its compression function is a parameter, so that a kernel's can be put through the RFC's own vectors.
namespace latchkey::passwords::reference {

using block = std::array<std::uint64_t, 128>;
using compression = std::function<block(const block&, const block&)>;
using bytes = std::vector<std::uint8_t>;

/// Section 3.6.
inline void mix(std::uint64_t& a, std::uint64_t& b, std::uint64_t& c, std::uint64_t& d) {
    const auto add = [](std::uint64_t x, std::uint64_t y) {
        return x + y + 2 * (x & 0xFFFFFFFF) * (y & 0xFFFFFFFF);
    };
    a = add(a, b), d = std::rotr(d ^ a, 32), c = add(c, d), b = std::rotr(b ^ c, 24);
    a = add(a, b), d = std::rotr(d ^ a, 16), c = add(c, d), b = std::rotr(b ^ c, 63);
}

inline void permute(const std::array<std::uint64_t*, 16>& v) {
    for (std::size_t i = 0; i < 4; ++i)
        mix(*v[i], *v[4 + i], *v[8 + i], *v[12 + i]);
    for (std::size_t i = 0; i < 4; ++i)
        mix(*v[i], *v[4 + (i + 1) % 4], *v[8 + (i + 2) % 4], *v[12 + (i + 3) % 4]);
}

/// G of section 3.5.
inline block compress(const block& x, const block& y) {
    block r;
    for (std::size_t i = 0; i < r.size(); ++i)
        r[i] = x[i] ^ y[i];
    block z = r;
    std::array<std::uint64_t*, 16> v;
    for (std::size_t row = 0; row < 8; ++row) {
        for (std::size_t i = 0; i < 16; ++i)
            v[i] = &z[16 * row + i];
        permute(v);
    }
    for (std::size_t column = 0; column < 8; ++column) {
        for (std::size_t i = 0; i < 16; ++i)
            v[i] = &z[16 * (i / 2) + 2 * column + i % 2];
        permute(v);
    }
    for (std::size_t i = 0; i < r.size(); ++i)
        z[i] ^= r[i];
    return z;
}

struct input {
    std::uint32_t type = 2;  ///< y: 0 Argon2d, 1 Argon2i, 2 Argon2id
    std::uint32_t lanes = 1, memory_kib = 8, passes = 1;
    std::size_t tag_size = 32;
    bytes password, salt, key, data;
};

inline void append(bytes& out, std::uint32_t n) {
    for (int i = 0; i < 4; ++i)
        out.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
}

inline bytes blake2b(const bytes& in, std::size_t size) {
    bytes out(size);
    crypto_generichash_blake2b(out.data(), size, in.data(), in.size(), nullptr, 0);
    return out;
}

/// H' of section 3.3.
inline bytes variable_hash(const bytes& in, std::size_t size) {
    bytes all;
    append(all, static_cast<std::uint32_t>(size));
    all.insert(all.end(), in.begin(), in.end());
    if (size <= 64) return blake2b(all, size);
    bytes v = blake2b(all, 64);
    bytes out;
    while (size - out.size() > 64) {
        out.insert(out.end(), v.begin(), v.begin() + 32);
        v = blake2b(v, size - out.size() > 64 ? 64 : size - out.size());
    }
    out.insert(out.end(), v.begin(), v.end());
    return out;
}

inline bytes h0(const input& in) {
    bytes all;
    for (const auto n :
         {in.lanes, static_cast<std::uint32_t>(in.tag_size), in.memory_kib, in.passes, 0x13U, in.type})
        append(all, n);
    for (const auto* part : {&in.password, &in.salt, &in.key, &in.data}) {
        append(all, static_cast<std::uint32_t>(part->size()));
        all.insert(all.end(), part->begin(), part->end());
    }
    return blake2b(all, 64);
}

class computation {
public:
    computation(const input& in, compression g) : in_(in), g_(std::move(g)) {
        length_ = in.memory_kib / (4 * in.lanes) * 4;
        memory_.resize(std::size_t{length_} * in.lanes);
    }

    bytes tag() {
        for (std::uint32_t lane = 0; lane < in_.lanes; ++lane)
            for (std::uint32_t i = 0; i < 2; ++i) {
                bytes seed = h0(in_);
                append(seed, i), append(seed, lane);
                const auto full = variable_hash(seed, 1024);
                std::memcpy(at(lane, i).data(), full.data(), 1024);
            }
        for (std::uint32_t pass = 0; pass < in_.passes; ++pass)
            for (std::uint32_t slice = 0; slice < 4; ++slice)
                for (std::uint32_t lane = 0; lane < in_.lanes; ++lane)
                    segment(pass, slice, lane);
        block last{};
        for (std::uint32_t lane = 0; lane < in_.lanes; ++lane)
            for (std::size_t i = 0; i < last.size(); ++i)
                last[i] ^= at(lane, length_ - 1)[i];
        bytes raw(1024);
        std::memcpy(raw.data(), last.data(), raw.size());
        return variable_hash(raw, in_.tag_size);
    }

private:
    block& at(std::uint32_t lane, std::uint32_t i) { return memory_[std::size_t{lane} * length_ + i]; }

    /// Section 3.4.1.2.
    block addresses(std::uint32_t pass, std::uint32_t slice, std::uint32_t lane, std::uint32_t counter) {
        block z{};
        z[0] = pass, z[1] = lane, z[2] = slice, z[3] = memory_.size(), z[4] = in_.passes, z[5] = in_.type,
        z[6] = counter;
        return g_(block{}, g_(block{}, z));
    }

    void segment(std::uint32_t pass, std::uint32_t slice, std::uint32_t lane) {
        const bool by_counter = in_.type == 1 || (in_.type == 2 && pass == 0 && slice < 2);
        const std::uint32_t size = length_ / 4;
        for (std::uint32_t i = pass == 0 && slice == 0 ? 2 : 0; i < size; ++i) {
            const std::uint32_t here = slice * size + i;
            auto& previous = at(lane, here == 0 ? length_ - 1 : here - 1);
            const auto j = by_counter ? addresses(pass, slice, lane, i / 128 + 1)[i % 128] : previous[0];
            auto& reference = referenced(pass, slice, lane, i, j);
            block next = g_(previous, reference);
            if (pass != 0)
                for (std::size_t k = 0; k < next.size(); ++k)
                    next[k] ^= at(lane, here)[k];
            at(lane, here) = next;
        }
    }

    /// Section 3.4.2.
    block& referenced(std::uint32_t pass, std::uint32_t slice, std::uint32_t lane, std::uint32_t i,
                      std::uint64_t j) {
        const std::uint32_t size = length_ / 4;
        std::uint32_t from = static_cast<std::uint32_t>((j >> 32) % in_.lanes);
        if (pass == 0 && slice == 0) from = lane;
        std::uint32_t area = pass == 0 ? slice * size : 3 * size;  // finished segments
        if (from == lane)
            area += i - 1;
        else if (i == 0)
            area -= 1;
        const std::uint64_t j1 = j & 0xFFFFFFFF;
        const auto z = area - 1 - static_cast<std::uint32_t>(area * (j1 * j1 >> 32) >> 32);
        const std::uint32_t start = pass == 0 || slice == 3 ? 0 : (slice + 1) * size;
        return at(from, (start + z) % length_);
    }

    input in_;
    compression g_;
    std::uint32_t length_;
    std::vector<block> memory_;
};

}  // namespace latchkey::passwords::reference
