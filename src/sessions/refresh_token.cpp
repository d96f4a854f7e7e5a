#include "sessions/refresh_token.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string>

#include "crypto/base64url.hpp"

namespace latchkey::sessions {
namespace {

namespace base64url = crypto::base64url;

constexpr std::uint8_t version = 1;
constexpr std::size_t key_size = 32;

// Where the fields stand (FORMAT.md).
constexpr std::size_t id_at = 1;
constexpr std::size_t counter_at = id_at + 16;
constexpr std::size_t mac_at = counter_at + 4;
constexpr std::size_t mac_size = 16;
constexpr std::size_t token_bytes = mac_at + mac_size;
static_assert(base64url::encoded_size(token_bytes) == refresh_token_size);

using bytes = std::span<std::uint8_t, token_bytes>;

std::span<const std::uint8_t> checked(const secret& key) {
    if (key.size() != key_size) throw std::invalid_argument("a refresh token key has 32 bytes");
    return key.bytes();
}

/// Half of the tag (RFC 2104 section 5): 128 bits are out of reach of guessing, and the token stays short.
/// The caller wipes it: for bytes that a stranger chose, it is what they want to know.
std::array<std::uint8_t, mac_size> truncated_mac(const crypto::hmac_sha256& mac, bytes token) noexcept {
    auto tag = mac.mac({reinterpret_cast<const char*>(token.data()), mac_at});
    std::array<std::uint8_t, mac_size> half;
    std::copy_n(tag.begin(), half.size(), half.begin());
    wipe(std::span(tag));
    return half;
}

bool proves_itself(const crypto::hmac_sha256& mac, bytes token) noexcept {
    auto expected = truncated_mac(mac, token);
    const bool right = equal_in_constant_time(expected, token.last<mac_size>());
    wipe(std::span(expected));
    return right;
}

refresh_token read_fields(bytes token) noexcept {
    refresh_token read;
    std::copy_n(token.begin() + id_at, read.session.value.bytes.size(), read.session.value.bytes.begin());
    for (std::size_t i = counter_at; i < mac_at; ++i)
        read.counter = read.counter << 8 | token[i];
    return read;
}

}  // namespace

refresh_token_codec::refresh_token_codec(const secret& key) : mac_(checked(key)) {}

secret refresh_token_codec::encode(const refresh_token& token) const {
    secret made = secret::of_size(token_bytes);
    const bytes to(made.bytes());
    to[0] = version;
    std::ranges::copy(token.session.value.bytes, to.begin() + id_at);
    for (std::size_t i = 0; i < 4; ++i)
        to[counter_at + i] = static_cast<std::uint8_t>(token.counter >> (24 - 8 * i) & 0xff);
    auto tag = truncated_mac(mac_, to);
    std::ranges::copy(tag, to.begin() + mac_at);
    wipe(std::span(tag));

    std::string text = base64url::encode(made.bytes());
    secret encoded{std::string_view(text)};
    wipe(std::span(text));
    return encoded;
}

std::optional<refresh_token> refresh_token_codec::decode(std::string_view text) const noexcept {
    if (text.size() != refresh_token_size) return std::nullopt;
    std::array<std::uint8_t, base64url::decoded_capacity(refresh_token_size)> memory;
    std::optional<refresh_token> read;
    // Canonical base64url, so a token has one spelling: what is compared or counted by its text cannot be
    // evaded.
    if (base64url::decode(text, memory) == token_bytes) {
        const auto token = std::span(memory).first<token_bytes>();
        if (token[0] == version && proves_itself(mac_, token)) read = read_fields(token);
    }
    wipe(std::span(memory));
    return read;
}

}  // namespace latchkey::sessions
