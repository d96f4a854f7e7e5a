#include "oauth/client_authentication.hpp"

#include "http/basic.hpp"
#include "http/form.hpp"

namespace latchkey::oauth {

result<client> authenticate_client(const http::request& request, const token_request& parameters) {
    const auto basic = http::basic_authorization(request);
    if (!basic) return basic.error();
    if (*basic && !((*basic)->id.empty() && (*basic)->password.empty())) {
        if (!parameters.client_secret.empty()) return errc::repeated_credentials;
        if (!(*basic)->password.empty()) return errc::invalid_client_basic;
        const secret id = http::form_url_decode((*basic)->id.view());
        return client{std::string(id.view())};
    }
    if (!parameters.client_secret.empty()) return errc::invalid_client;
    return client{parameters.client_id};
}

} // namespace latchkey::oauth
