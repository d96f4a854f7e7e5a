#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace latchkey::passwords {

/// A list of passwords that cannot be used. It says what it is made of in plain words, for the operator.
class blocklist_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A set of case-folded texts as truncated hashes: about 3.3 bytes a text, and one in five million others is
/// taken for a member. FORMAT.md describes the bytes. Immutable, so thread-safe.
class blocklist {
public:
    /// The list that is part of the program: 55,873 common and breached passwords. Not copied: it stays in
    /// the program's read-only pages.
    static std::shared_ptr<const blocklist> built_in();

    /// One password a line, UTF-8, with LF or CR LF; empty lines and a byte order mark are skipped, and
    /// everything else counts, blanks too. Throws blocklist_error when a line is not UTF-8 or there is no
    /// password.
    explicit blocklist(std::string_view lines);

    /// `folded`: unicode::casefold_nfc of the password in question. Does not allocate.
    bool contains(std::string_view folded) const noexcept;
    std::size_t size() const noexcept { return remainders_.size() / remainder_size; }

    blocklist(const blocklist&) = delete;
    blocklist& operator=(const blocklist&) = delete;

private:
    static constexpr std::size_t remainder_size = 3;
    struct from_filter {};
    blocklist(from_filter, std::span<const std::uint8_t> bytes);
    void fill(std::vector<std::uint64_t> hashes);

    unsigned bucket_bits_ = 1;
    std::vector<std::uint32_t> starts_;  ///< of each bucket in remainders_, and the end
    std::vector<std::uint8_t> owned_;    ///< what remainders_ looks at, unless that is the program's
    std::span<const std::uint8_t> remainders_;
};

/// More would be hundreds of megabytes while it loads, and slow no guesser down: attempts are limited (NIST
/// SP 800-63B-4 section 3.1.1.2 advises against excessively large lists).
inline constexpr std::size_t max_blocklist_file = std::size_t{64} * 1024 * 1024;

/// What `passwords.blocklist` names: `built-in`; `off` or nothing, which is null; or a file of at most
/// max_blocklist_file bytes as blocklist(lines) takes it. Throws blocklist_error with a text for the
/// operator.
std::shared_ptr<const blocklist> load_blocklist(const std::filesystem::path& setting);

}  // namespace latchkey::passwords
