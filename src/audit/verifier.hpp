#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/record.hpp"

namespace latchkey::audit {

/// Something that should not be so in an audit log.
struct finding {
    std::string file;
    std::uint64_t line = 0;
    std::string what;
};

struct report {
    std::uint64_t records = 0;
    std::uint64_t chains = 0;          ///< begun in what was read, and the one that it goes on with
    std::uint64_t first_sequence = 0;  ///< of the first record; above 1 when earlier files were not read
    std::string first_time;
    std::string last_time;
    chain_end last;
    std::uint64_t forged = 0;  ///< records that were changed, or not written with the key
    std::uint64_t findings_in_all = 0;
    std::vector<finding> findings;  ///< the first of them
};

/// Reads audit logs, in the order in which they were written, and tells what was changed, taken out, put in
/// or moved. What it cannot tell: whether records were cut off at the end (compare `report::last` with one
/// that you noted elsewhere), and, at the beginning, which came before the first file.
class verifier {
public:
    static constexpr std::size_t findings_kept = 100;

    /// Without a key it is not checked who wrote the records.
    explicit verifier(const crypto::hmac_sha256* key) : key_(key) {}

    void read(std::istream&, const std::string& file);
    /// Whether a record with this hash was read that is unchanged and, with a key, ours: one that was noted.
    bool has(const digest& noted) const { return hashes_.contains(noted); }
    const report& so_far() const noexcept { return report_; }

private:
    void take(const record&, const std::string& file, std::uint64_t line);
    void find(const std::string& file, std::uint64_t line, std::string what);

    const crypto::hmac_sha256* key_;
    std::set<digest> hashes_;
    report report_;
};

}  // namespace latchkey::audit
