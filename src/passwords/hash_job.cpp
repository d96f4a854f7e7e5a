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

bool hash_job::pairs_with(const hash_job& other) const noexcept {
    const auto* mine = argon2();
    const auto* its = other.argon2();
    return mine != nullptr && its != nullptr && mine->parameters == its->parameters &&
           mine->variant == its->variant;
}

void hash_job::refuse(errc why) {
    if (auto* v = std::get_if<verdict_owed>(&owed)) return (*v)(why);
    std::get<hash_owed>(owed)(why);
}

void hash_job::answer(const argon2_parameters& wanted) {
    if (!outcome) return refuse(outcome.error());
    if (!verifies()) return std::get<hash_owed>(owed)(std::move(made));
    const auto* ours = std::get_if<argon2_hash>(&hash);
    const bool outdated = ours == nullptr || is_outdated(*ours, wanted);
    std::get<verdict_owed>(owed)(verdict{*outcome, *outcome && outdated});
}

/// Makes of the password what Argon2 takes: of a wrapped hash the weak hash. Here and not on arrival: it may
/// take milliseconds.
result<void> hash_job::unwrap() {
    auto input = argon2_input(hash, std::move(password));
    if (!input) return input.error();
    password = std::move(*input);
    return {};
}

derivation hash_job::into(secret& tag) const {
    const auto& h = *argon2();
    return {password, h.salt, h.parameters, h.variant, tag.bytes()};
}

result<bool> hash_job::settle(const secret& tag) {
    if (verifies()) return equal_in_constant_time(tag.bytes(), argon2()->tag);
    auto& fresh = std::get<argon2_hash>(hash);
    fresh.tag.assign(tag.bytes().begin(), tag.bytes().end());
    made = format_phc(fresh);
    return true;
}

result<bool> hash_job::check(const workplace& at) const {
    if (const auto* ours = argon2())
        return at.by.verify(password, *ours);  // knows shapes that it cannot derive
    const auto& theirs = std::get<foreign::foreign_hash>(hash);
    if (!at.ledger.has_room(foreign::memory_of(theirs))) at.by.release();
    return foreign::verify(theirs, password, at.ledger);
}

result<bool> hash_job::fill_in(const workplace& at) {
    auto tag = secret::of_size(std::get<argon2_hash>(hash).tag.size());
    const auto derived = at.by.derive(into(tag));
    if (!derived) return derived.error();
    return settle(tag);
}

result<void> hash_job::compute(const workplace& at) noexcept {
    outcome = sheltered<bool>([&]() -> result<bool> {
        if (!verifies()) return fill_in(at);
        const auto unwrapped = unwrap();
        return unwrapped ? check(at) : result<bool>(unwrapped.error());
    });
    forget_password();
    return outcome ? result<void>() : result<void>(outcome.error());
}

result<void> hash_job::compute_two(hash_job& first, hash_job& second, const workplace& at) noexcept {
    const auto done = sheltered<void>([&]() -> result<void> {
        for (auto* job : {&first, &second})
            if (const auto unwrapped = job->unwrap(); !unwrapped) return unwrapped;
        auto one = secret::of_size(first.argon2()->tag.size());
        auto other = secret::of_size(second.argon2()->tag.size());
        const auto derived = at.by.derive_two(first.into(one), second.into(other));
        if (!derived) return derived;
        first.outcome = first.settle(one);
        second.outcome = second.settle(other);
        return {};
    });
    first.forget_password();
    second.forget_password();
    if (!done) first.outcome = second.outcome = done.error();
    return done;
}

argon2_hash fresh_hash(const argon2_parameters& parameters) {
    const auto salt = crypto::random_array<salt_size>();
    argon2_hash hash{argon2_variant::argon2id, parameters, {salt.begin(), salt.end()}, {}};
    hash.tag.resize(tag_size);
    return hash;
}

}  // namespace latchkey::passwords
