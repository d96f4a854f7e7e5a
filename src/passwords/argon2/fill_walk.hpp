#pragma once

#include "passwords/argon2/kernel.hpp"

// For the kernels only. They are compiled for instructions that the machine may not have, so nothing in them
// may have external linkage but the kernel itself: the linker keeps one copy of an inline function for the
// whole program, and it could be this one. Hence the unnamed namespace, and no function of the standard
// library in here or in them.
namespace latchkey::passwords::argon2 {
namespace {

/// Walks one login's memory block by block (RFC 9106 section 3.2 to 3.4). `Simd` offers
///     template <bool add> static void compress(previous, reference, next);
/// which sets next to G(previous, reference), or adds (XORs) it to what is there.
///
/// The reference block of a step is known as soon as the step before it is done. It lies anywhere in the
/// memory, so it is asked for at once; fill_two() then does a step of the other login while it arrives.
template <class Simd>
class fill_walk {
public:
    explicit fill_walk(const filling& f) noexcept
        : memory_(f.memory), blocks_(f.blocks), segment_(f.blocks / 4), passes_(f.passes) {
        start_segment();
        prepare();
    }

    bool done() const noexcept { return pass_ == passes_; }

    void step() noexcept {
        const auto* reference = block(reference_);
        if (pass_ == 0)
            Simd::template compress<false>(block(previous()), reference, block(current()));
        else
            Simd::template compress<true>(block(previous()), reference, block(current()));
        ++index_;
        prepare();
    }

private:
    using word = std::uint64_t;

    word* block(std::size_t i) const noexcept { return memory_ + i * block_words; }
    std::uint32_t current() const noexcept { return slice_ * segment_ + index_; }
    std::uint32_t previous() const noexcept { return current() == 0 ? blocks_ - 1 : current() - 1; }
    /// Argon2id takes references from a counter in the first half of the first pass (section 3.4.1.3).
    bool data_independent() const noexcept { return pass_ == 0 && slice_ < 2; }

    void prepare() noexcept {
        if (index_ == segment_) {
            next_segment();
            if (done()) return;
        }
        reference_ = reference_of(pseudo_random());
        fetch(block(reference_));
        if (pass_ != 0) fetch(block(current()));
    }

    void next_segment() noexcept {
        index_ = 0;
        if (++slice_ == 4) {
            slice_ = 0;
            ++pass_;
        }
        start_segment();
    }

    void start_segment() noexcept {
        if (!data_independent()) return;
        for (auto& w : input_)
            w = 0;
        input_[place_of(0)] = pass_;
        input_[place_of(2)] = slice_;
        input_[place_of(3)] = blocks_;
        input_[place_of(4)] = passes_;
        input_[place_of(5)] = 2;  // Argon2id
        if (index_ != 0)
            next_addresses();  // the first segment begins in the middle of its first address block
    }

    /// Section 3.4.1.2: addresses = G(0, G(0, input)).
    void next_addresses() noexcept {
        alignas(64) static constexpr word zero[block_words] = {};
        ++input_[place_of(6)];
        Simd::template compress<false>(zero, input_, addresses_);
        Simd::template compress<false>(zero, addresses_, addresses_);
    }

    /// J1, the low half of the 64 bits (section 3.4.1); J2 chooses the lane, and there is one only.
    std::uint32_t pseudo_random() noexcept {
        if (!data_independent()) return static_cast<std::uint32_t>(block(previous())[0]);
        const auto i = index_ % block_words;
        if (i == 0) next_addresses();
        return static_cast<std::uint32_t>(addresses_[place_of(i)]);
    }

    /// Section 3.4.2.
    std::uint32_t reference_of(std::uint64_t j1) const noexcept {
        const std::uint64_t area = (pass_ == 0 ? slice_ * segment_ : blocks_ - segment_) + index_ - 1;
        const std::uint64_t x = j1 * j1 >> 32;
        const std::uint64_t back = area - 1 - (area * x >> 32);
        const std::uint64_t start = pass_ == 0 || slice_ == 3 ? 0 : (slice_ + 1) * segment_;
        const std::uint64_t at = start + back;
        return static_cast<std::uint32_t>(at < blocks_ ? at : at - blocks_);
    }

    /// Into the nearest cache only: the memory is larger than the next one, and what is there belongs to who
    /// answers requests meanwhile.
    static void fetch(const word* b) noexcept {
        for (std::size_t i = 0; i < block_words; i += 8)
            __builtin_prefetch(b + i, 0, 0);
    }

    word* memory_;
    std::uint32_t blocks_;
    std::uint32_t segment_;
    std::uint32_t passes_;
    std::uint32_t pass_ = 0;
    std::uint32_t slice_ = 0;
    std::uint32_t index_ = 2;  // the first two blocks come from the password
    std::uint32_t reference_ = 0;
    alignas(64) word input_[block_words];
    alignas(64) word addresses_[block_words];
};

void pause_now_and_then(const filling& f, std::uint32_t step) noexcept {
    if (step % steps_between_pauses == 0 && f.pause != nullptr) f.pause();
}

template <class Simd>
void fill(const filling& f) noexcept {
    fill_walk<Simd> walk(f);
    for (std::uint32_t steps = 0; !walk.done(); ++steps) {
        pause_now_and_then(f, steps);
        walk.step();
    }
}

template <class Simd>
void fill_two(const filling& first, const filling& second) noexcept {
    fill_walk<Simd> one(first);
    fill_walk<Simd> other(second);
    for (std::uint32_t steps = 0; !one.done(); ++steps) {
        pause_now_and_then(first, steps);
        one.step();
        other.step();
    }
}

}  // namespace
}  // namespace latchkey::passwords::argon2
