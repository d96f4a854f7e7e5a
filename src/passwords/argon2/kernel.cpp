#include "passwords/argon2/kernel.hpp"

#include "passwords/argon2/kernels.hpp"

namespace latchkey::passwords::argon2 {

#if defined(__x86_64__)

std::span<const kernel* const> usable_kernels() noexcept {
    static constexpr const kernel* all[] = {&avx512_kernel, &avx2_kernel};
    const std::span fastest_first(all);
    // The compiler's test asks the system too: a register the kernel does not save cannot be used.
    if (__builtin_cpu_supports("avx512f")) return fastest_first;
    if (__builtin_cpu_supports("avx2")) return fastest_first.subspan(1);
    return {};
}

#else

std::span<const kernel* const> usable_kernels() noexcept {
    return {};
}

#endif

}  // namespace latchkey::passwords::argon2
