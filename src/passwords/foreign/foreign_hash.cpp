#include "passwords/foreign/foreign_hash.hpp"

namespace latchkey::passwords::foreign {
namespace {

/// Longer than any of the formats can be.
constexpr std::size_t max_text = 512;

}  // namespace

std::optional<foreign_hash> parse(std::string_view text) {
    if (text.size() > max_text) return std::nullopt;
    if (auto hash = parse_crypt(text)) return hash;
    if (auto hash = parse_pbkdf2(text)) return hash;
    if (auto hash = parse_scrypt(text)) return hash;
    return std::nullopt;
}

workload work_of(const foreign_hash& hash) noexcept {
    if (const auto* crypt = std::get_if<crypt_hash>(&hash)) return crypt->work;
    if (const auto* pbkdf2 = std::get_if<pbkdf2_hash>(&hash)) return work_of(*pbkdf2);
    return work_of(*std::get_if<scrypt_hash>(&hash));
}

std::uint64_t memory_of(const foreign_hash& hash) noexcept {
    if (const auto* crypt = std::get_if<crypt_hash>(&hash)) return crypt->memory;
    if (const auto* scrypt = std::get_if<scrypt_hash>(&hash)) return memory_of(*scrypt);
    return 0;
}

result<bool> verify(const foreign_hash& hash, const secret& password, memory_ledger& ledger) {
    const memory_loan memory(&ledger, memory_of(hash));
    if (!memory.granted()) return errc::out_of_memory;
    return std::visit([&](const auto& h) { return verify(h, password); }, hash);
}

}  // namespace latchkey::passwords::foreign
