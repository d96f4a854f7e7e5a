#include "passwords/stored_hash.hpp"

namespace latchkey::passwords {

workload work_of(const argon2_parameters& cost) noexcept {
    return {work_kind::argon2, static_cast<double>(cost.memory_kib) * cost.passes};
}

workload work_of(const stored_hash& hash) noexcept {
    if (const auto* ours = std::get_if<argon2_hash>(&hash)) return work_of(ours->parameters);
    return foreign::work_of(*std::get_if<foreign::foreign_hash>(&hash));
}

result<stored_hash> parse_stored(std::string_view text) {
    constexpr std::string_view django = "argon2$";
    if (auto ours = parse_phc(text.starts_with(django) ? text.substr(django.size() - 1) : text))
        return std::move(*ours);
    if (auto theirs = foreign::parse(text)) return std::move(*theirs);
    return errc::unsupported_hash;
}

}  // namespace latchkey::passwords
