#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/errc.hpp"
#include "base/snapshot.hpp"
#include "tokens/claims.hpp"
#include "tokens/key_ring.hpp"
#include "tokens/payload.hpp"
#include "tokens/revocations.hpp"

namespace latchkey::tokens {

struct token_settings {
    std::string issuer;
    std::string audience;  ///< empty: no `aud` claim and typ JWT; else the RFC 9068 profile
    std::chrono::seconds access_lifetime{900};
};

/// The longest access token accepted, in characters: refused before anything is decoded.
inline constexpr std::size_t max_token_size = 4096;

/// A token that passed verification, and the bytes its claims refer to. Lives on the caller's stack; neither
/// copied nor moved.
class verified_token {
public:
    verified_token() = default;
    verified_token(const verified_token&) = delete;
    verified_token& operator=(const verified_token&) = delete;

    const tokens::claims& claims() const noexcept { return claims_; }

private:
    friend class token_service;
    tokens::claims claims_;
    std::array<char, max_token_size> text_;  ///< of the payload
};

/// What an access token says that a key of the ring signed, whatever has become of it since: it may have
/// expired, been revoked, or be meant for another audience. For those who are asked about a token, never for
/// those who let somebody in by it. Lives on the caller's stack; neither copied nor moved.
class signed_token {
public:
    signed_token() = default;
    signed_token(const signed_token&) = delete;
    signed_token& operator=(const signed_token&) = delete;

    const tokens::claims& claims() const noexcept { return payload_.said; }
    /// The claims as members of a JSON object, under their names: `"iss":"…","sub":"…"`.
    void append_members(std::string& out) const;

private:
    friend class token_service;
    payload payload_;
    std::array<char, max_token_size> text_;  ///< of the payload
};

/// Issues and verifies access tokens (FORMAT.md). CPU only: no database, no socket. Thread-safe.
class token_service {
public:
    /// The ring must not be null (std::invalid_argument). The others must outlive the service.
    token_service(token_settings, std::shared_ptr<const key_ring>, const revocations&, const wall_clock&);

    /// Throws std::logic_error when no key of the ring may sign, and std::length_error when the token would
    /// be longer than verify() takes, which is not possible within users::max_scope_size and the bounds of
    /// all other claims.
    access_token issue(const access_token_request&) const;

    /// Verifies `text` in the order of FORMAT.md: size, header pinned to a key, signature, claims, audience,
    /// time, revocation. Fills `out` only on success. errc::malformed_token, bad_signature, wrong_audience,
    /// expired_token, revoked_token. Does not allocate (HS256).
    result<void> verify(std::string_view text, verified_token& out) const;

    /// The first half of verify(): what a key of the ring signed for this issuer. Fills `out` only on
    /// success. errc::malformed_token, bad_signature.
    result<void> read(std::string_view text, signed_token& out) const;
    /// It has not expired, and neither its account nor its session was ended. Whatever audience it is for.
    bool is_live(const signed_token&) const;

    void replace_ring(std::shared_ptr<const key_ring>);
    std::shared_ptr<const key_ring> ring() const { return ring_.get(); }
    const token_settings& settings() const noexcept { return settings_; }

private:
    /// `read`: empty on failure or not, nobody may use it then.
    result<void> read_genuine(std::string_view text, std::span<char> into,
                              std::optional<payload>& read) const;
    result<void> check_life(const claims&) const;

    token_settings settings_;
    snapshot<key_ring> ring_;
    const revocations& revocations_;
    const wall_clock& clock_;
};

}  // namespace latchkey::tokens
