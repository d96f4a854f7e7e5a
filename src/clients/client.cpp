#include "clients/client.hpp"

#include <algorithm>

#include "clients/random_id.hpp"

namespace latchkey::clients {
namespace {

constexpr std::size_t max_client_id_size = 64;

constexpr bool is_id_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool client::may_use(std::string_view grant_type) const noexcept {
    if (disabled) return false;
    // Only a confidential client can prove who acts (RFC 6749 section 4.4), whatever its row says.
    if (grant_type == "client_credentials" && type != client_type::confidential) return false;
    return std::ranges::find(grant_types, grant_type) != grant_types.end();
}

std::string generate_client_id() {
    return random_id<12>();
}

bool is_client_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= max_client_id_size && std::ranges::all_of(text, is_id_character);
}

}  // namespace latchkey::clients
