#include "oauth/token_query.hpp"

#include "oauth/form_parameters.hpp"

namespace latchkey::oauth {
namespace {

constexpr std::array parameters{
    form_parameter<token_query>{"token", &token_query::token},
    form_parameter<token_query>{"token_type_hint", &token_query::token_type_hint},
    form_parameter<token_query>{"client_id", &token_query::client_id},
    form_parameter<token_query>{"client_secret", &token_query::client_secret},
};

}  // namespace

result<token_query> read_token_query(const http::request& request, std::string_view& repeated) {
    auto form = http::decode_form(request[http::field::content_type], request.body);
    if (!form) return form.error();
    auto query = read_parameters(*form, parameters, repeated);
    if (query) query->form = std::move(*form);
    return query;
}

}  // namespace latchkey::oauth
