#include <array>
#include <span>
#include <utility>

#include "clients/client.hpp"
#include "clients/random_id.hpp"
#include "crypto/base64url.hpp"
#include "crypto/hmac_sha256.hpp"
#include "crypto/random.hpp"

namespace latchkey::clients {
namespace {

constexpr std::size_t secret_bytes = 32;

std::string_view view(std::span<const std::uint8_t> digest) noexcept {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

new_client_secret generate_client_secret(unix_time now) {
    const secret random = crypto::random_secret(secret_bytes);
    std::string text = crypto::base64url::encode(random.bytes());
    new_client_secret made{
        .text = secret(std::string_view(text)),
        .stored = {
            .id = random_id<6>(), .digest = std::string(view(crypto::sha256(text))), .created_at = now}};
    wipe(std::span(text));
    return made;
}

secret add_secret(client& c, unix_time now) {
    auto fresh = generate_client_secret(now);
    while (c.secrets.size() >= max_client_secrets)
        c.secrets.erase(c.secrets.begin());
    c.secrets.push_back(std::move(fresh.stored));
    return std::move(fresh.text);
}

void drop_old_secrets(client& c) noexcept {
    while (c.secrets.size() > 1)
        c.secrets.erase(c.secrets.begin());
}

bool verify_client_secret(const client& c, std::string_view text) noexcept {
    // A public client sends an empty secret; that must not be one even if such a digest got into a row.
    if (text.empty()) return false;
    // Of the text as it is sent, so that nothing has to be decoded before it is compared.
    const auto presented = crypto::sha256(text);
    bool found = false;
    // All are compared, so that the time does not say which of the two was right.
    for (const auto& stored : c.secrets)
        found |= equal_in_constant_time(view(presented), stored.digest);
    return found;
}

}  // namespace latchkey::clients
