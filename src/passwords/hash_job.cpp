#include "passwords/hash_job.hpp"

#include <new>
#include <utility>

#include "crypto/random.hpp"

namespace latchkey::passwords {
namespace {

bool is_outdated(const argon2_hash& hash, const argon2_parameters& wanted) noexcept {
    return hash.variant != argon2_variant::argon2id || hash.parameters != wanted ||
           hash.salt.size() < salt_size || hash.tag.size() < tag_size;
}

/// A hashing thread must survive what a request can cause; who waits gets an answer.
template <class T, class Work>
result<T> sheltered(Work work) noexcept {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return errc::out_of_memory;
    } catch (...) {
        return errc::internal;
    }
}

}  // namespace

workload work_of(const argon2_parameters& cost) noexcept {
    return {work_kind::argon2, static_cast<double>(cost.memory_kib) * cost.passes};
}

workload hash_job::work() const noexcept {
    return work_of(hash.parameters);
}

bool hash_job::pairs_with(const hash_job& other) const noexcept {
    return hash.parameters == other.hash.parameters && hash.variant == other.hash.variant;
}

void hash_job::refuse(errc why) {
    if (auto* v = std::get_if<verdict_owed>(&owed)) return (*v)(why);
    std::get<hash_owed>(owed)(why);
}

void hash_job::answer(const result<bool>& match, const argon2_parameters& wanted) {
    if (!match) return refuse(match.error());
    std::get<verdict_owed>(owed)(verdict{*match, *match && is_outdated(hash, wanted)});
}

void hash_job::settle(const result<void>& derived, const secret& tag, const argon2_parameters& wanted) {
    if (!derived) return refuse(derived.error());
    if (verifies()) return answer(equal_in_constant_time(tag.bytes(), hash.tag), wanted);
    hash.tag.assign(tag.bytes().begin(), tag.bytes().end());
    std::get<hash_owed>(owed)(format_phc(hash));
}

result<void> hash_job::run(engine& by, const argon2_parameters& wanted) {
    if (verifies()) {  // by verify: an engine may know shapes that it cannot derive
        const auto match = sheltered<bool>([&] { return by.verify(password, hash); });
        answer(match, wanted);
        return match ? result<void>() : result<void>(match.error());
    }
    auto tag = secret::of_size(hash.tag.size());
    const auto derived = sheltered<void>([&] { return by.derive(into(tag)); });
    settle(derived, tag, wanted);
    return derived;
}

result<void> hash_job::run_two(hash_job& first, hash_job& second, engine& by,
                               const argon2_parameters& wanted) {
    auto one = secret::of_size(first.hash.tag.size());
    auto other = secret::of_size(second.hash.tag.size());
    const auto derived = sheltered<void>([&] { return by.derive_two(first.into(one), second.into(other)); });
    first.settle(derived, one, wanted);
    second.settle(derived, other, wanted);
    return derived;
}

argon2_hash fresh_hash(const argon2_parameters& parameters) {
    const auto salt = crypto::random_array<salt_size>();
    argon2_hash hash{argon2_variant::argon2id, parameters, {salt.begin(), salt.end()}, {}};
    hash.tag.resize(tag_size);
    return hash;
}

}  // namespace latchkey::passwords
