#include "passwords/simd_engine.hpp"

#include "passwords/argon2/derive.hpp"

namespace latchkey::passwords {
namespace {

bool ours(const argon2_parameters& cost, argon2_variant variant) noexcept {
    return variant == argon2_variant::argon2id && cost.lanes == 1;
}

}  // namespace

simd_engine::simd_engine(const argon2::kernel& kernel, memory_ledger& ledger,
                         const argon2_parameters& usual) noexcept
    : kernel_(kernel),
      ledger_(ledger),
      usual_size_(2 * argon2::memory_size(usual)),
      arena_(ledger),
      sodium_(&ledger) {}

std::uint64_t* simd_engine::reserve(std::size_t bytes) noexcept {
    if (arena_.mapped() == 0 && bytes < usual_size_) {
        // All of it at once: to grow would be to map, and fault, everything anew.
        if (auto* memory = arena_.reserve(usual_size_, bytes)) return memory;
    }
    return arena_.reserve(bytes, bytes);
}

void simd_engine::give_back_excess() noexcept {
    if (arena_.mapped() > arena::whole_pages(usual_size_)) arena_.release();
}

sodium_engine& simd_engine::sodium_for(const argon2_parameters& cost) noexcept {
    if (!ledger_.has_room(std::uint64_t{cost.memory_kib} * 1024)) arena_.release();
    return sodium_;
}

result<void> simd_engine::derive(const derivation& d) {
    if (!ours(d.parameters, d.variant)) return sodium_for(d.parameters).derive(d);
    auto* memory = reserve(argon2::memory_size(d.parameters));
    if (memory == nullptr) return errc::out_of_memory;
    const auto filling = argon2::start(d, memory);
    kernel_.fill(filling);
    argon2::finish(filling, d);
    give_back_excess();
    return {};
}

result<bool> simd_engine::verify(const secret& password, const argon2_hash& hash) {
    if (ours(hash.parameters, hash.variant)) return engine::verify(password, hash);
    return sodium_for(hash.parameters).verify(password, hash);
}

bool simd_engine::interleaves(const argon2_parameters& cost, argon2_variant variant) const noexcept {
    return ours(cost, variant) && 2 * argon2::memory_size(cost) <= usual_size_;
}

result<void> simd_engine::derive_two(const derivation& first, const derivation& second) {
    if (!interleaves(first.parameters, first.variant) || second.parameters != first.parameters ||
        second.variant != first.variant)
        return engine::derive_two(first, second);
    const auto size = argon2::memory_size(first.parameters);
    auto* memory = reserve(2 * size);
    if (memory == nullptr) return engine::derive_two(first, second);
    const auto one = argon2::start(first, memory);
    const auto other = argon2::start(second, memory + size / sizeof *memory);
    kernel_.fill_two(one, other);
    argon2::finish(one, first);
    argon2::finish(other, second);
    return {};
}

std::unique_ptr<engine> make_engine(memory_ledger& ledger, const argon2_parameters& usual) {
    const auto kernels = argon2::usable_kernels();
    if (kernels.empty()) return std::make_unique<sodium_engine>(&ledger);
    return std::make_unique<simd_engine>(*kernels.front(), ledger, usual);
}

}  // namespace latchkey::passwords
