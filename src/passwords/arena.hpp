#pragma once

#include <cstddef>
#include <cstdint>

#include "passwords/memory_ledger.hpp"

namespace latchkey::passwords {

/// One hashing thread's memory: mapped once, in huge pages where the system has them, and used for one login
/// after the other, so that no login pays for mapping and faulting (a third of what libsodium takes). Not
/// thread-safe.
///
/// **What is wiped, and when.** The blocks are a function of password and salt: whoever reads the early ones
/// can test a guess for the price of a few blocks instead of the whole computation. Wiping them after every
/// login would cost each a sixth of its time, and while logins follow one another it gains nothing: the next
/// overwrites every block, and passwords wait in the queue anyway. So the thread wipes all that was touched
/// as soon as it has had nothing to do for a moment, when it costs nobody's time; then gives the memory back
/// to the system when the quiet lasts. What small things a login derives from its password (the digest, the
/// tag's preimage) are wiped at once. The memory is never part of a core file.
class arena {
public:
    explicit arena(memory_ledger& ledger) noexcept : ledger_(ledger) {}
    arena(const arena&) = delete;
    arena& operator=(const arena&) = delete;
    ~arena() { release(); }

    /// At least `size` bytes, aligned to 2 MiB, of any content, of which the caller will touch the first
    /// `used`; null when ledger or system refuse. Invalidates what it gave before. Keeps what is mapped when
    /// that is enough.
    std::uint64_t* reserve(std::size_t size, std::size_t used) noexcept;
    void wipe() noexcept;
    void release() noexcept;

    std::size_t mapped() const noexcept { return size_; }
    /// What a reservation of `bytes` maps.
    static std::size_t whole_pages(std::size_t bytes) noexcept;

private:
    bool map(std::size_t size) noexcept;

    memory_ledger& ledger_;
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t touched_ = 0;  ///< bytes that may hold something, from the start
};

}  // namespace latchkey::passwords
