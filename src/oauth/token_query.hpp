#pragma once

#include <string_view>

#include "base/errc.hpp"
#include "http/form.hpp"
#include "http/request.hpp"

namespace latchkey::oauth {

/// The parameters of a revocation (RFC 7009 section 2.1) or introspection (RFC 7662 section 2.1) request. An
/// absent parameter and an empty one are the same: empty. The texts are views into the form, wherever the
/// query is moved to.
struct token_query {
    http::form form;
    std::string_view token;
    std::string_view
        token_type_hint;  ///< read, so that it is not sent twice; no token here needs it to be told apart
    std::string_view client_id;
    std::string_view client_secret;
};

/// Errors of http::decode_form; errc::repeated_parameter, and its name in `repeated` (a literal). A missing
/// token is for the endpoint to refuse, once it knows who asks.
result<token_query> read_token_query(const http::request&, std::string_view& repeated);

}  // namespace latchkey::oauth
