#pragma once

#include <array>
#include <string_view>

#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// What an access token says that a key of the ring signed, whatever has become of it since: it may have
/// expired, been revoked, or be meant for another audience. For those who are asked about a token, never for
/// those who let somebody in by it (that is tokens::token_service::verify). Lives on the caller's stack;
/// neither copied nor moved.
class signed_token {
public:
    signed_token() = default;
    signed_token(const signed_token&) = delete;
    signed_token& operator=(const signed_token&) = delete;

    /// False when no key of the ring signed `text`, or it is no access token of this issuer.
    bool read(std::string_view text, const tokens::token_service&);

    const tokens::claims& claims() const noexcept { return claims_; }

    /// It has not expired at `now`, and neither its account nor its session was ended.
    bool is_live(unix_time now, const tokens::revocations&) const;

private:
    tokens::claims claims_;
    std::array<char, tokens::max_token_size> text_;  ///< the claims' strings, unescaped
};

}  // namespace latchkey::oauth
