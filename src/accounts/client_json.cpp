#include "accounts/client_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "users/username.hpp"

namespace latchkey::accounts {
namespace {

constexpr std::array<std::string_view, 3> grants{"client_credentials", "password", "refresh_token"};
constexpr std::size_t max_name_size = 255;

bool is_grant(const std::string& name) {
    return std::ranges::find(grants, name) != grants.end();
}

bool is_line(std::string_view text) {
    return text.size() <= max_name_size &&
           std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

/// As tokens.audience: it stands in every token, which has room for so much.
bool is_audience(std::string_view text) {
    return text.size() <= max_name_size && std::ranges::all_of(text, [](unsigned char c) {
               return c > 0x20 && c < 0x7F && c != '"' && c != '\\';
           });
}

}  // namespace

boost::json::object to_json(const clients::client& client) {
    boost::json::object json;
    json["client_id"] = client.client_id;
    if (!client.client_name.empty()) json["client_name"] = client.client_name;
    json["type"] = client.type == clients::client_type::confidential ? "confidential" : "public";
    json["grant_types"] = boost::json::array(client.grant_types.begin(), client.grant_types.end());
    json["scopes"] = boost::json::array(client.scopes.begin(), client.scopes.end());
    if (!client.audience.empty()) json["audience"] = client.audience;
    if (client.access_lifetime) json["access_lifetime"] = client.access_lifetime->count();
    boost::json::array secrets;
    for (const auto& secret : client.secrets)
        secrets.push_back({{"id", secret.id}, {"created_at", rfc3339(secret.created_at)}});
    json["secrets"] = std::move(secrets);
    json["disabled"] = client.disabled;
    json["created_at"] = rfc3339(client.created_at);
    json["updated_at"] = rfc3339(client.updated_at);
    return json;
}

std::optional<std::string> apply_members(json_members& members, clients::client& client) {
    if (const auto name = members.removable_text("client_name")) client.client_name = *name;
    if (auto types = members.list("grant_types")) client.grant_types = std::move(*types);
    if (auto scopes = members.list("scopes")) client.scopes = std::move(*scopes);
    if (const auto audience = members.removable_text("audience")) client.audience = *audience;
    if (const auto lifetime = members.number("access_lifetime"))
        client.access_lifetime = std::chrono::seconds(*lifetime);
    if (members.is_null("access_lifetime")) client.access_lifetime.reset();

    const bool confidential = client.type == clients::client_type::confidential;
    if (!is_line(client.client_name)) return "The member 'client_name' is too long or has control characters";
    if (!is_audience(client.audience))
        return "The member 'audience' must be visible ASCII without quotes, at most 255 characters";
    if (!std::ranges::all_of(client.grant_types, is_grant))
        return "The member 'grant_types' may hold password, refresh_token and client_credentials";
    if (!confidential &&
        std::ranges::find(client.grant_types, "client_credentials") != client.grant_types.end())
        return "A public client cannot use client_credentials: it has no secret";
    if (!users::are_scopes(client.scopes))
        return "The member 'scopes' has a word that is no scope token, or more than 1024 characters";
    if (client.access_lifetime && (*client.access_lifetime < std::chrono::seconds(10) ||
                                   *client.access_lifetime > std::chrono::hours(24)))
        return "The member 'access_lifetime' must be from 10 to 86400 seconds";
    return std::nullopt;
}

}  // namespace latchkey::accounts
