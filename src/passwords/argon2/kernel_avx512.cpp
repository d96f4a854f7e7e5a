// Compiled with -mavx512f: see fill_walk.hpp for what must not be in here.
#include <immintrin.h>

#include "passwords/argon2/fill_walk.hpp"
#include "passwords/argon2/kernels.hpp"

namespace latchkey::passwords::argon2 {
namespace {

using vector = __m512i;  // two of P's vectors: four words each of two rows, or of two columns

/// BlaMka's addition (RFC 9106 section 3.6): x + y + 2 · low32(x) · low32(y).
inline vector add(vector x, vector y) noexcept {
    const vector product = _mm512_mul_epu32(x, y);
    return _mm512_add_epi64(_mm512_add_epi64(x, y), _mm512_add_epi64(product, product));
}

template <int bits>
inline vector xor_rotate(vector x, vector y) noexcept {
    return _mm512_ror_epi64(_mm512_xor_si512(x, y), bits);
}

inline void mix(vector& a, vector& b, vector& c, vector& d) noexcept {
    a = add(a, b);
    d = xor_rotate<32>(d, a);
    c = add(c, d);
    b = xor_rotate<24>(b, c);
    a = add(a, b);
    d = xor_rotate<16>(d, a);
    c = add(c, d);
    b = xor_rotate<63>(b, c);
}

/// P (section 3.6): the columns of its 4 by 4 matrix, then the diagonals.
inline void permute(vector& a, vector& b, vector& c, vector& d) noexcept {
    mix(a, b, c, d);
    b = _mm512_permutex_epi64(b, 0x39);  // words 1 2 3 0
    c = _mm512_permutex_epi64(c, 0x4E);  // words 2 3 0 1
    d = _mm512_permutex_epi64(d, 0x93);  // words 3 0 1 2
    mix(a, b, c, d);
    b = _mm512_permutex_epi64(b, 0x93);
    c = _mm512_permutex_epi64(c, 0x4E);
    d = _mm512_permutex_epi64(d, 0x39);
}

/// Rows to columns and back: swaps the middle two 128-bit parts (kernel.hpp).
inline vector transpose(vector x) noexcept {
    return _mm512_shuffle_i64x2(x, x, 0xD8);
}

inline vector load(const std::uint64_t* block, int i) noexcept {
    return _mm512_load_si512(block + 8 * i);
}

inline vector xor_three(vector x, vector y, vector z) noexcept {
    return _mm512_ternarylogic_epi64(x, y, z, 0x96);
}

struct avx512 {
    /// Sixteen registers hold the block; inputs are read twice, the second time from the nearest cache.
    template <bool add_to_next>
    static void compress(const std::uint64_t* previous, const std::uint64_t* reference,
                         std::uint64_t* next) noexcept {
        vector s[16];
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i)
            s[i] = _mm512_xor_si512(load(previous, i), load(reference, i));
#pragma GCC unroll 4
        for (int p = 0; p < 4; ++p)
            permute(s[4 * p], s[4 * p + 1], s[4 * p + 2], s[4 * p + 3]);
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i)
            s[i] = transpose(s[i]);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q)
            permute(s[q], s[4 + q], s[8 + q], s[12 + q]);
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) {
            vector out = xor_three(transpose(s[i]), load(previous, i), load(reference, i));
            if constexpr (add_to_next) out = _mm512_xor_si512(out, load(next, i));
            _mm512_store_si512(next + 8 * i, out);
        }
    }
};

}  // namespace

const kernel avx512_kernel{"avx512", fill<avx512>, fill_two<avx512>, avx512::compress<false>};

}  // namespace latchkey::passwords::argon2
