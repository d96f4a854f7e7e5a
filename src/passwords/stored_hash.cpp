#include "passwords/stored_hash.hpp"

namespace latchkey::passwords {

workload work_of(const argon2_parameters& cost) noexcept {
    return {work_kind::argon2, static_cast<double>(cost.memory_kib) * cost.passes};
}

workload work_of(const wrapped_hash& hash) noexcept {
    // A round of PBKDF2 takes about as long as three KiB of Argon2 (cost_book's first guesses).
    constexpr double kib_a_round = 3;
    auto work = work_of(hash.outer.parameters);
    const auto blocks = (hash.inner.size + foreign::digest_size(hash.inner.digest) - 1) /
                        foreign::digest_size(hash.inner.digest);
    work.units += kib_a_round * hash.inner.iterations * blocks;
    return work;
}

workload work_of(const stored_hash& hash) noexcept {
    if (const auto* ours = std::get_if<argon2_hash>(&hash)) return work_of(ours->parameters);
    if (const auto* wrapped = std::get_if<wrapped_hash>(&hash)) return work_of(*wrapped);
    return foreign::work_of(*std::get_if<foreign::foreign_hash>(&hash));
}

std::uint64_t memory_of(const stored_hash& hash) noexcept {
    if (const auto* argon2 = argon2_of(hash)) return std::uint64_t{argon2->parameters.memory_kib} * 1024;
    return foreign::memory_of(*std::get_if<foreign::foreign_hash>(&hash));
}

const argon2_hash* argon2_of(const stored_hash& hash) noexcept {
    if (const auto* wrapped = std::get_if<wrapped_hash>(&hash)) return &wrapped->outer;
    return std::get_if<argon2_hash>(&hash);
}

result<secret> argon2_input(const stored_hash& hash, secret password) {
    if (const auto* wrapped = std::get_if<wrapped_hash>(&hash)) return compute(wrapped->inner, password);
    return password;
}

result<stored_hash> parse_stored(std::string_view text) {
    constexpr std::string_view django = "argon2$";
    if (auto ours = parse_phc(text.starts_with(django) ? text.substr(django.size() - 1) : text))
        return std::move(*ours);
    if (auto wrapped = parse_wrapped(text)) return std::move(*wrapped);
    if (auto theirs = foreign::parse(text)) return std::move(*theirs);
    return errc::unsupported_hash;
}

}  // namespace latchkey::passwords
