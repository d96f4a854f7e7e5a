#include "app/guard.hpp"

#include "http/bearer.hpp"
#include "http/error_table.hpp"

namespace latchkey::app {

result<void> admit(const tokens::token_service& tokens, std::string_view scope, const http::request& request,
                   tokens::verified_token& token, http::response& out) {
    const auto refuse = [&](errc why) -> result<void> {
        http::write_error(out, why, {.scope = why == errc::insufficient_scope ? scope : std::string_view{}});
        return why;
    };
    const auto text = http::bearer_token(request);
    if (!text) return refuse(text.error());
    if (const auto verified = tokens.verify(*text, token); !verified) return refuse(verified.error());
    if (!scope.empty() && !token.claims().has_scope(scope)) return refuse(errc::insufficient_scope);
    return {};
}

}  // namespace latchkey::app
