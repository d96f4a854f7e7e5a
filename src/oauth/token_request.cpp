#include "oauth/token_request.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <variant>

namespace latchkey::oauth {
namespace {

struct parameter {
    std::string_view name;
    std::variant<std::string token_request::*, secret token_request::*> member;
};

constexpr std::array parameters{
    parameter{"grant_type", &token_request::grant_type},
    parameter{"username", &token_request::username},
    parameter{"password", &token_request::password},
    parameter{"scope", &token_request::scope},
    parameter{"client_id", &token_request::client_id},
    parameter{"client_secret", &token_request::client_secret},
    parameter{"refresh_token", &token_request::refresh_token},
};

void assign(std::string& to, const secret& value) { to = value.view(); }
void assign(secret& to, const secret& value) { to = value.clone(); }

} // namespace

result<token_request> read_token_request(const http::form& form) {
    token_request request;
    std::array<bool, parameters.size()> seen{};
    for (const auto& entry : form.entries()) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (entry.name.view() != parameters[i].name) continue;
            if (std::exchange(seen[i], true)) return errc::repeated_parameter;
            std::visit([&](auto member) { assign(request.*member, entry.value); }, parameters[i].member);
        }
    }
    if (request.grant_type.empty()) {
        if (request.username.empty() || request.password.empty()) return errc::missing_grant_type;
        request.grant_type = "password";
    }
    return request;
}

} // namespace latchkey::oauth
