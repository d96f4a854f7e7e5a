#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::oauth {

/// What the metadata document says (RFC 8414 section 2). The paths are the route table's, below root_path; an
/// empty one is not advertised.
struct server_description {
    std::string issuer;     ///< tokens.issuer, byte for byte
    std::string root_path;  ///< such as `/api/v1`
    std::vector<std::string> grant_types;
    std::string token_path;
    std::string revocation_path;
    std::string introspection_path;
    std::string jwks_path;
};

/// The document, with every endpoint below `base_url`. `jwks_uri` stands in it when `algorithms` has one with
/// a public key.
boost::json::object metadata_document(const server_description&, std::string_view base_url,
                                      const std::vector<tokens::algorithm>& algorithms);

/// Where the endpoints are when the issuer is an http or https URL: the issuer, with root_path unless it ends
/// in it already. Nothing when it is none, or has a query or fragment, which RFC 8414 forbids.
std::optional<std::string> base_url_of(std::string_view issuer, std::string_view root_path);

/// The path of an issuer that is an http or https URL, such as `/api/v1`, without a slash at its end: a
/// client that knows the issuer asks for the document at the well-known path with this behind it (RFC 8414
/// section 3.1). Empty when there is none.
std::string_view path_of(std::string_view issuer) noexcept;

/// GET /.well-known/oauth-authorization-server. Immutable, thread-safe.
class metadata_endpoint {
public:
    /// The token service must outlive the endpoint. `trusted`: the proxies that are believed about scheme and
    /// host, which the base URL is made of when the issuer does not say it.
    metadata_endpoint(server_description, const tokens::token_service&, http::trusted_proxies trusted);

    void operator()(const http::request&, http::response&) const;

private:
    server_description described_;
    const tokens::token_service& tokens_;
    http::trusted_proxies trusted_;
    std::optional<std::string> base_url_;
};

}  // namespace latchkey::oauth
