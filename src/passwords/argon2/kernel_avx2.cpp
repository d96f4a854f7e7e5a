// Compiled with -mavx2: see fill_walk.hpp for what must not be in here.
#include <immintrin.h>

#include "passwords/argon2/fill_walk.hpp"
#include "passwords/argon2/kernels.hpp"

namespace latchkey::passwords::argon2 {
namespace {

using vector = __m256i;  // one of P's vectors: four words of one row, or of one column

/// BlaMka's addition (RFC 9106 section 3.6): x + y + 2 · low32(x) · low32(y).
inline vector add(vector x, vector y) noexcept {
    const vector product = _mm256_mul_epu32(x, y);
    return _mm256_add_epi64(_mm256_add_epi64(x, y), _mm256_add_epi64(product, product));
}

inline vector rotate32(vector x) noexcept {
    return _mm256_shuffle_epi32(x, 0xB1);
}
inline vector rotate24(vector x) noexcept {
    const vector order = _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7,
                                          0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
    return _mm256_shuffle_epi8(x, order);
}
inline vector rotate16(vector x) noexcept {
    const vector order = _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6,
                                          7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
    return _mm256_shuffle_epi8(x, order);
}
inline vector rotate63(vector x) noexcept {
    return _mm256_xor_si256(_mm256_srli_epi64(x, 63), _mm256_add_epi64(x, x));
}

/// What P works on: a row, or a column.
struct line {
    vector a, b, c, d;
};

/// Two lines at once: each is one long chain of dependent instructions.
inline void mix(line& x, line& y) noexcept {
    x.a = add(x.a, x.b);
    y.a = add(y.a, y.b);
    x.d = rotate32(_mm256_xor_si256(x.d, x.a));
    y.d = rotate32(_mm256_xor_si256(y.d, y.a));
    x.c = add(x.c, x.d);
    y.c = add(y.c, y.d);
    x.b = rotate24(_mm256_xor_si256(x.b, x.c));
    y.b = rotate24(_mm256_xor_si256(y.b, y.c));
    x.a = add(x.a, x.b);
    y.a = add(y.a, y.b);
    x.d = rotate16(_mm256_xor_si256(x.d, x.a));
    y.d = rotate16(_mm256_xor_si256(y.d, y.a));
    x.c = add(x.c, x.d);
    y.c = add(y.c, y.d);
    x.b = rotate63(_mm256_xor_si256(x.b, x.c));
    y.b = rotate63(_mm256_xor_si256(y.b, y.c));
}

inline void to_diagonals(line& x) noexcept {
    x.b = _mm256_permute4x64_epi64(x.b, 0x39);  // words 1 2 3 0
    x.c = _mm256_permute4x64_epi64(x.c, 0x4E);  // words 2 3 0 1
    x.d = _mm256_permute4x64_epi64(x.d, 0x93);  // words 3 0 1 2
}

inline void from_diagonals(line& x) noexcept {
    x.b = _mm256_permute4x64_epi64(x.b, 0x93);
    x.c = _mm256_permute4x64_epi64(x.c, 0x4E);
    x.d = _mm256_permute4x64_epi64(x.d, 0x39);
}

/// P (section 3.6): the columns of its 4 by 4 matrix, then the diagonals.
inline void permute(line& x, line& y) noexcept {
    mix(x, y);
    to_diagonals(x);
    to_diagonals(y);
    mix(x, y);
    from_diagonals(x);
    from_diagonals(y);
}

/// Rows to columns and back: swaps the middle two 128-bit parts of the octet (x, y) (kernel.hpp).
inline void transpose(vector& x, vector& y) noexcept {
    const vector low = _mm256_permute2x128_si256(x, y, 0x20);
    y = _mm256_permute2x128_si256(x, y, 0x31);
    x = low;
}

inline void transpose(line& x, line& y) noexcept {
    transpose(x.a, y.a);
    transpose(x.b, y.b);
    transpose(x.c, y.c);
    transpose(x.d, y.d);
}

inline vector load(const std::uint64_t* words) noexcept {
    return _mm256_load_si256(reinterpret_cast<const vector*>(words));
}

/// Half an octet of previous XOR reference.
inline vector load(const std::uint64_t* previous, const std::uint64_t* reference, int at) noexcept {
    return _mm256_xor_si256(load(previous + at), load(reference + at));
}

template <bool add_to_next>
inline void store(vector x, const std::uint64_t* previous, const std::uint64_t* reference,
                  std::uint64_t* next, int at) noexcept {
    x = _mm256_xor_si256(x, load(previous, reference, at));
    if constexpr (add_to_next) x = _mm256_xor_si256(x, load(next + at));
    _mm256_store_si256(reinterpret_cast<vector*>(next + at), x);
}

struct avx2 {
    /// Sixteen registers cannot hold the block: it is done two rows, then two columns at a time, by way of
    /// `low` and `high`, the halves of the octets, which stay in the nearest cache.
    template <bool add_to_next>
    static void compress(const std::uint64_t* previous, const std::uint64_t* reference,
                         std::uint64_t* next) noexcept {
        vector low[16];
        vector high[16];
#pragma GCC unroll 4
        for (int p = 0; p < 4; ++p) {
            const int at = 32 * p;
            line x{load(previous, reference, at), load(previous, reference, at + 8),
                   load(previous, reference, at + 16), load(previous, reference, at + 24)};
            line y{load(previous, reference, at + 4), load(previous, reference, at + 12),
                   load(previous, reference, at + 20), load(previous, reference, at + 28)};
            permute(x, y);
            transpose(x, y);
            low[4 * p] = x.a, low[4 * p + 1] = x.b, low[4 * p + 2] = x.c, low[4 * p + 3] = x.d;
            high[4 * p] = y.a, high[4 * p + 1] = y.b, high[4 * p + 2] = y.c, high[4 * p + 3] = y.d;
        }
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
            line x{low[q], low[4 + q], low[8 + q], low[12 + q]};
            line y{high[q], high[4 + q], high[8 + q], high[12 + q]};
            permute(x, y);
            transpose(x, y);
            const vector octets[] = {x.a, y.a, x.b, y.b, x.c, y.c, x.d, y.d};
#pragma GCC unroll 8
            for (int i = 0; i < 8; ++i)
                store<add_to_next>(octets[i], previous, reference, next, 32 * (i / 2) + 8 * q + 4 * (i % 2));
        }
    }
};

}  // namespace

const kernel avx2_kernel{"avx2", fill<avx2>, fill_two<avx2>, avx2::compress<false>};

}  // namespace latchkey::passwords::argon2
