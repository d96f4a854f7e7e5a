#include "oauth/signed_token.hpp"

#include <optional>
#include <span>

#include "crypto/base64url.hpp"
#include "crypto/signatures.hpp"
#include "crypto/uuid.hpp"
#include "tokens/payload.hpp"

namespace latchkey::oauth {
namespace {

namespace base64url = crypto::base64url;

/// The payload's text between the dots, still encoded; nothing unless a key of the ring signed it.
std::optional<std::string_view> signed_payload(std::string_view token, const tokens::key_ring& ring) {
    if (token.size() > tokens::max_token_size) return std::nullopt;
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == token.npos || first == last) return std::nullopt;
    const auto* entry = ring.find(token.substr(0, first));
    if (entry == nullptr) return std::nullopt;

    std::array<std::uint8_t, base64url::decoded_capacity(base64url::encoded_size(crypto::max_signature_size))>
        signature;
    const auto encoded = token.substr(last + 1);
    if (base64url::decoded_capacity(encoded.size()) > signature.size()) return std::nullopt;
    const auto size = base64url::decode(encoded, signature);
    if (!size || !entry->key->verify(token.substr(0, last), std::span(signature).first(*size)))
        return std::nullopt;
    return token.substr(first + 1, last - first - 1);
}

bool was_ended(std::string_view id, unix_time authenticated_at, const tokens::revocations& revocations) {
    const auto known = crypto::uuid::parse(id);
    return known && revocations.ended(*known, authenticated_at);
}

}  // namespace

bool signed_token::read(std::string_view text, const tokens::token_service& tokens) {
    claims_ = {};
    const auto payload = signed_payload(text, *tokens.ring());
    if (!payload) return false;
    std::array<std::uint8_t, base64url::decoded_capacity(tokens::max_token_size)> bytes;
    const auto size = base64url::decode(*payload, bytes);
    if (!size) return false;
    auto said = tokens::read_payload({reinterpret_cast<const char*>(bytes.data()), *size}, text_);
    if (!said || said->issuer != tokens.settings().issuer) return false;
    const auto id = crypto::uuid::parse(said->token_id);
    if (!id || id->bytes[6] >> 4 != 7 || id->bytes[8] >> 6 != 2)
        return false;  // a time stamp is in version 7 only
    said->authenticated_at = id->time();
    claims_ = *said;
    return true;
}

bool signed_token::is_live(unix_time now, const tokens::revocations& revocations) const {
    return numeric_date(now) < claims_.expires_at &&
           !was_ended(claims_.subject, claims_.authenticated_at, revocations) &&
           !was_ended(claims_.session, claims_.authenticated_at, revocations);
}

}  // namespace latchkey::oauth
