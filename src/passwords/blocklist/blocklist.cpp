#include "passwords/blocklist/blocklist.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/distinct.hpp"
#include "base/unicode.hpp"
#include "passwords/blocklist/built_in.hpp"

namespace latchkey::passwords {
namespace {

constexpr unsigned remainder_bits = 24;
constexpr std::size_t entries_per_bucket = 4;
constexpr std::size_t header_size = 16;
constexpr std::string_view magic = "lkblock1";

/// As in make.py. As secret as the lists: it keeps them from being read in the program, no more.
constexpr std::array<std::uint8_t, crypto_shorthash_KEYBYTES> key{'l', 'a', 't', 'c', 'h', 'k', 'e', 'y',
                                                                  ':', ' ', 'c', 'o', 'm', 'm', 'o', 'n'};

std::uint64_t little_endian(std::span<const std::uint8_t> bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/// SipHash-2-4.
std::uint64_t hash(std::string_view text) noexcept {
    std::array<std::uint8_t, crypto_shorthash_BYTES> out{};
    crypto_shorthash(out.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     key.data());
    return little_endian(out);
}

/// So that a bucket has four entries at most on the average.
unsigned bits_for(std::size_t entries) noexcept {
    const auto buckets = (entries + entries_per_bucket - 1) / entries_per_bucket;
    return std::max(1U, static_cast<unsigned>(std::bit_width(buckets - 1)));
}

struct place {
    std::size_t bucket;
    std::uint32_t remainder;
};

place place_of(std::uint64_t h, unsigned bucket_bits) noexcept {
    return {static_cast<std::size_t>(h >> (64 - bucket_bits)),
            static_cast<std::uint32_t>(h << bucket_bits >> (64 - remainder_bits))};
}

[[noreturn]] void refuse_line(std::size_t number) {
    throw blocklist_error("line " + std::to_string(number) + " is not UTF-8" +
                          "\n  try: iconv -f LATIN1 -t UTF-8 FILE, or drop the line");
}

std::vector<std::uint64_t> hashes_of(std::string_view lines) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (lines.starts_with(byte_order_mark)) lines.remove_prefix(byte_order_mark.size());
    std::vector<std::uint64_t> hashes;
    for (std::size_t number = 1; !lines.empty(); ++number) {
        const auto end = std::min(lines.find('\n'), lines.size());
        auto line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        const auto folded = unicode::casefold_nfc(line);
        if (!folded) refuse_line(number);
        hashes.push_back(hash(*folded));
    }
    return hashes;
}

}  // namespace

blocklist::blocklist(std::string_view lines) {
    auto hashes = hashes_of(lines);
    if (hashes.empty())
        throw blocklist_error(
            "has no password\n  try: one password a line, or passwords.blocklist = \"off\"");
    fill(std::move(hashes));
}

blocklist::blocklist(from_filter, std::span<const std::uint8_t> bytes) {
    const auto entries = little_endian(bytes.subspan(magic.size(), 4));
    bucket_bits_ = static_cast<unsigned>(little_endian(bytes.subspan(magic.size() + 4, 4)));
    const auto counts = bytes.subspan(header_size, std::size_t{1} << bucket_bits_);
    starts_.reserve(counts.size() + 1);
    starts_.push_back(0);
    for (const auto count : counts)
        starts_.push_back(starts_.back() + count);
    remainders_ = bytes.subspan(header_size + counts.size());
    if (!std::ranges::equal(bytes.first(magic.size()), magic) || entries != starts_.back() ||
        remainders_.size() != entries * remainder_size)
        throw std::logic_error("the built-in blocklist is damaged");
}

void blocklist::fill(std::vector<std::uint64_t> hashes) {
    sort_distinct(hashes);
    bucket_bits_ = bits_for(hashes.size());
    starts_.reserve((std::size_t{1} << bucket_bits_) + 1);
    owned_.reserve(hashes.size() * remainder_size);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto at = place_of(hashes[i], bucket_bits_);
        starts_.resize(std::max(starts_.size(), at.bucket + 1), static_cast<std::uint32_t>(i));
        for (unsigned shift = 0; shift < remainder_bits; shift += 8)
            owned_.push_back(static_cast<std::uint8_t>(at.remainder >> shift));
    }
    starts_.resize((std::size_t{1} << bucket_bits_) + 1, static_cast<std::uint32_t>(hashes.size()));
    remainders_ = owned_;
}

bool blocklist::contains(std::string_view folded) const noexcept {
    const auto at = place_of(hash(folded), bucket_bits_);
    for (std::size_t i = starts_[at.bucket]; i < starts_[at.bucket + 1]; ++i)
        if (little_endian(remainders_.subspan(i * remainder_size, remainder_size)) == at.remainder)
            return true;
    return false;
}

std::shared_ptr<const blocklist> blocklist::built_in() {
    static const std::shared_ptr<const blocklist> one(new blocklist(from_filter{}, built_in_filter()));
    return one;
}

}  // namespace latchkey::passwords
