#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/signing_key.hpp"

namespace latchkey::tokens {

/// The keys in force at a moment: one signs, several verify. Immutable; a change publishes a new ring
/// (base/snapshot.hpp).
///
/// A ring knows the exact text of every JWT header it issues. A token is verified by the key whose header
/// text its own header equals byte for byte, so the algorithm a token asks for never decides anything (RFC
/// 8725 section 3.1).
class key_ring {
public:
    struct entry {
        std::unique_ptr<signing_key> key;
        std::string encoded_header;          ///< base64url of {"alg":…,"kid":…,"typ":"JWT"}
        std::string encoded_profile_header;  ///< of a token with an audience: typ "at+jwt" (RFC 9068)
        unix_time not_before;
        std::optional<unix_time> retired_at;
    };

    /// Errors of load_key; errc::internal when two records have the same kid.
    static result<std::shared_ptr<const key_ring>> make(const std::vector<key_record>&);

    /// The youngest key with not_before <= now that is not retired at `now`; null when there is none.
    const entry* signer(unix_time now) const noexcept;
    /// The entry one of whose encoded headers equals `encoded_header`; null when there is none.
    const entry* find(std::string_view encoded_header) const noexcept;
    const std::vector<entry>& entries() const noexcept { return entries_; }

private:
    std::vector<entry> entries_;
};

}  // namespace latchkey::tokens
