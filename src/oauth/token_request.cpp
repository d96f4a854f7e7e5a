#include "oauth/token_request.hpp"

#include "oauth/form_parameters.hpp"

namespace latchkey::oauth {
namespace {

constexpr std::array parameters{
    form_parameter<token_request>{"grant_type", &token_request::grant_type},
    form_parameter<token_request>{"username", &token_request::username},
    form_parameter<token_request>{"password", &token_request::password},
    form_parameter<token_request>{"scope", &token_request::scope},
    form_parameter<token_request>{"client_id", &token_request::client_id},
    form_parameter<token_request>{"client_secret", &token_request::client_secret},
    form_parameter<token_request>{"refresh_token", &token_request::refresh_token},
};

}  // namespace

result<token_request> read_token_request(const http::form& form, std::string_view& repeated) {
    auto request = read_parameters(form, parameters, repeated);
    if (!request || !request->grant_type.empty()) return request;
    // One of the two alone says what was meant as well, and which is missing is the better answer.
    if (request->username.empty() && request->password.empty()) return errc::missing_grant_type;
    request->grant_type = "password";
    return request;
}

}  // namespace latchkey::oauth
