#pragma once

#include "passwords/argon2/kernel.hpp"

namespace latchkey::passwords::argon2 {

extern const kernel avx512_kernel;  ///< needs AVX-512 F
extern const kernel avx2_kernel;

}  // namespace latchkey::passwords::argon2
