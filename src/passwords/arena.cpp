#include "passwords/arena.hpp"

#include <sodium/utils.h>
#include <sys/mman.h>

#include <algorithm>

namespace latchkey::passwords {
namespace {

constexpr std::size_t huge_page = 2 * 1024 * 1024;

/// Address space aligned to a huge page: mapped a page too long, then trimmed at both ends.
std::uint8_t* map_aligned(std::size_t size) noexcept {
    void* mapped =
        mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    auto* start = static_cast<std::uint8_t*>(mapped);
    const auto before = (huge_page - reinterpret_cast<std::uintptr_t>(start) % huge_page) % huge_page;
    if (before != 0) munmap(start, before);
    if (before != huge_page) munmap(start + before + size, huge_page - before);
    return start + before;
}

}  // namespace

bool arena::map(std::size_t size) noexcept {
    if (!ledger_.take(size)) return false;
    data_ = map_aligned(size);
    if (data_ == nullptr) {
        ledger_.give_back(size);
        return false;
    }
    size_ = size;
    // Both are wishes: without huge pages it is slower, and a system that dumps what it was asked not to is
    // broken.
    madvise(data_, size_, MADV_HUGEPAGE);
    madvise(data_, size_, MADV_DONTDUMP);
    return true;
}

std::size_t arena::whole_pages(std::size_t bytes) noexcept {
    return (bytes + huge_page - 1) / huge_page * huge_page;
}

std::uint64_t* arena::reserve(std::size_t size, std::size_t used) noexcept {
    if (size > size_) {
        release();
        if (!map(whole_pages(size))) return nullptr;
    }
    touched_ = std::max(touched_, used);
    return reinterpret_cast<std::uint64_t*>(data_);
}

void arena::wipe() noexcept {
    if (touched_ != 0) sodium_memzero(data_, touched_);
    touched_ = 0;
}

void arena::release() noexcept {
    if (data_ == nullptr) return;
    munmap(data_, size_);  // the system zeroes pages before anybody gets them
    ledger_.give_back(size_);
    data_ = nullptr;
    size_ = 0;
    touched_ = 0;
}

}  // namespace latchkey::passwords
