#include "tokens/token_service.hpp"

#include <optional>
#include <span>
#include <stdexcept>

#include "crypto/base64url.hpp"
#include "crypto/signatures.hpp"

namespace latchkey::tokens {
namespace {

namespace base64url = crypto::base64url;

/// A token in compact serialisation (RFC 7515 section 3.1); the parts are still encoded.
struct token_parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signing_input;  ///< header and payload with the dot between them
};

std::optional<token_parts> split(std::string_view token) noexcept {
    if (token.size() > max_token_size) return std::nullopt;
    const auto first = token.find('.');
    if (first == token.npos) return std::nullopt;
    const auto second = token.find('.', first + 1);
    if (second == token.npos) return std::nullopt;
    // A third dot makes a signature that is not base64url.
    return token_parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                       token.substr(second + 1), token.substr(0, second)};
}

result<void> check_signature(const signing_key& key, const token_parts& parts) noexcept {
    std::array<std::uint8_t, base64url::decoded_capacity(base64url::encoded_size(crypto::max_signature_size))>
        bytes;
    const auto size = base64url::decode(parts.signature, bytes);
    if (!size) return errc::malformed_token;
    if (!key.verify(parts.signing_input, std::span(bytes).first(*size))) return errc::bad_signature;
    return {};
}

/// The payload of a token whose signature was right.
std::optional<payload> decode_payload(std::string_view encoded, std::span<char> into) {
    const auto size = base64url::decode(encoded, {reinterpret_cast<std::uint8_t*>(into.data()), into.size()});
    if (!size) return std::nullopt;
    return read_payload(into.first(*size));
}

/// The moment in the jti; nothing unless it is a UUID of version 7 (RFC 9562 section 5.7).
std::optional<unix_time> moment_of(std::string_view token_id) noexcept {
    const auto id = crypto::uuid::parse(token_id);
    if (!id || id->bytes[6] >> 4 != 7 || id->bytes[8] >> 6 != 2) return std::nullopt;
    return id->time();
}

/// Whether the account or the session behind the token was ended after the token's moment, or everything was.
/// A subject that is no UUID is a client, which is not ended by itself.
bool is_revoked(const revocations& ended, const claims& said) {
    if (ended.ended_for_everybody(said.authenticated_at)) return true;
    if (ended.size() == 0) return false;
    const auto is_ended = [&](std::string_view text) {
        const auto id = crypto::uuid::parse(text);
        return id && ended.ended(*id, said.authenticated_at);
    };
    return is_ended(said.subject) || is_ended(said.session);
}

std::shared_ptr<const key_ring> not_null(std::shared_ptr<const key_ring> ring) {
    if (!ring) throw std::invalid_argument("a token service needs a key ring");
    return ring;
}

}  // namespace

void signed_token::append_members(std::string& out) const {
    const std::string written = payload_.canonical.empty() ? write_payload(claims()) : std::string();
    const std::string_view object = payload_.canonical.empty() ? written : payload_.canonical;
    out.append(object.substr(1, object.size() - 2));
}

token_service::token_service(token_settings settings, std::shared_ptr<const key_ring> ring,
                             const revocations& ended, const wall_clock& clock)
    : settings_(std::move(settings)), ring_(not_null(std::move(ring))), revocations_(ended), clock_(clock) {}

void token_service::replace_ring(std::shared_ptr<const key_ring> ring) {
    ring_.publish(not_null(std::move(ring)));
}

access_token token_service::issue(const access_token_request& request) const {
    const auto now = clock_.now();
    const auto* signer = ring_.get()->signer(now);
    if (!signer) throw std::logic_error("no key of the ring may sign");

    access_token issued;
    issued.lifetime = request.lifetime.count() != 0 ? request.lifetime : settings_.access_lifetime;
    issued.id = crypto::uuid::v7(request.authenticated_at).text();
    claims said;
    said.issuer = settings_.issuer;
    said.subject = request.subject;
    said.username = request.username;
    said.scope = request.scope;
    said.client_id = request.client_id;
    said.session = request.session;
    said.audience = request.audience.empty() ? std::string_view(settings_.audience) : request.audience;
    said.token_id = issued.id;
    said.issued_at = numeric_date(now);
    said.expires_at = said.issued_at + issued.lifetime.count();

    auto& text = issued.text;
    text = (said.audience.empty() ? signer->encoded_header : signer->encoded_profile_header) + '.' +
           base64url::encode(write_payload(said));
    const auto signed_size = text.size();
    text += '.';
    signer->key->append_signature(std::string_view(text).substr(0, signed_size), text);
    if (text.size() > max_token_size) throw std::length_error("the access token would be too long");
    return issued;
}

result<void> token_service::verify(std::string_view text, verified_token& out) const {
    out.claims_ = {};  // their views would refer to a buffer that is about to change
    std::optional<payload> read;
    if (const auto genuine = read_genuine(text, out.text_, read); !genuine) return genuine;
    // RFC 9068 section 4: we must find ourselves in it. Whoever has no name finds himself in no audience.
    if (read->said.audience != settings_.audience) return errc::wrong_audience;
    if (const auto lives = check_life(read->said); !lives) return lives;
    out.claims_ = read->said;
    return {};
}

result<void> token_service::read(std::string_view text, signed_token& out) const {
    out.payload_ = {};
    std::optional<payload> read;
    if (const auto genuine = read_genuine(text, out.text_, read); !genuine) return genuine;
    out.payload_ = *read;
    return {};
}

bool token_service::is_live(const signed_token& token) const {
    return check_life(token.claims()).has_value();
}

result<void> token_service::read_genuine(std::string_view text, std::span<char> into,
                                         std::optional<payload>& read) const {
    const auto parts = split(text);
    if (!parts) return errc::malformed_token;
    const auto* entry = ring_.get()->find(parts->header);
    if (!entry) return errc::malformed_token;
    if (const auto genuine = check_signature(*entry->key, *parts); !genuine) return genuine;

    read = decode_payload(parts->payload, into);
    if (!read || read->said.issuer != settings_.issuer) return errc::malformed_token;
    const bool has_profile = parts->header == entry->encoded_profile_header;
    if (has_profile == read->said.audience.empty()) return errc::malformed_token;
    const auto moment = moment_of(read->said.token_id);
    if (!moment) return errc::malformed_token;
    read->said.authenticated_at = *moment;
    return {};
}

result<void> token_service::check_life(const claims& said) const {
    if (numeric_date(clock_.now()) >= said.expires_at) return errc::expired_token;
    if (is_revoked(revocations_, said)) return errc::revoked_token;
    return {};
}

}  // namespace latchkey::tokens
