#include "oauth/metadata.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "http/error_table.hpp"

namespace latchkey::oauth {
namespace {

using boost::json::array;

/// Each algorithm of the ring once: during a change of algorithm there are two.
std::vector<tokens::algorithm> algorithms_of(const tokens::key_ring& ring) {
    std::vector<tokens::algorithm> found;
    for (const auto& entry : ring.entries())
        if (std::ranges::find(found, entry.key->algorithm()) == found.end())
            found.push_back(entry.key->algorithm());
    return found;
}

/// As the client of this request can reach us; nothing when it does not say how (HTTP/1.0 without Host).
std::optional<std::string> base_url_for(const http::request& request, const http::trusted_proxies& trusted,
                                        std::string_view root_path) {
    const auto origin = http::find_origin(request, trusted);
    if (origin.host.empty()) return std::nullopt;
    return std::string(origin.secure ? "https://" : "http://").append(origin.host).append(root_path);
}

/// Where the authority begins in an http or https URL, else 0.
std::size_t authority_in(std::string_view issuer) noexcept {
    return issuer.starts_with("https://") ? 8U : issuer.starts_with("http://") ? 7U : 0U;
}

}  // namespace

boost::json::object metadata_document(const server_description& described, std::string_view base_url,
                                      const std::vector<tokens::algorithm>& algorithms) {
    boost::json::object document{{"issuer", described.issuer}};
    const auto advertise = [&](std::string_view member, std::string_view path) {
        if (!path.empty()) document[member] = std::string(base_url).append(path);
    };
    const auto is_public = [](tokens::algorithm a) { return a != tokens::algorithm::hs256; };
    advertise("token_endpoint", described.token_path);
    advertise("revocation_endpoint", described.revocation_path);
    advertise("introspection_endpoint", described.introspection_path);
    if (std::ranges::any_of(algorithms, is_public)) advertise("jwks_uri", described.jwks_path);

    document["response_types_supported"] = array{};  // required; there is no authorization endpoint
    document["grant_types_supported"] = array(described.grant_types.begin(), described.grant_types.end());
    const array with_public{"none", "client_secret_basic", "client_secret_post"};
    document["token_endpoint_auth_methods_supported"] = with_public;
    document["revocation_endpoint_auth_methods_supported"] = with_public;
    document["introspection_endpoint_auth_methods_supported"] = {"client_secret_basic", "client_secret_post"};
    array names;
    for (const auto a : algorithms)
        names.emplace_back(tokens::name(a));
    document["access_token_signing_alg_values_supported"] = std::move(names);  // no RFC has a member for it
    return document;
}

std::string_view path_of(std::string_view issuer) noexcept {
    const auto authority = authority_in(issuer);
    const auto path = authority == 0 ? issuer.npos : issuer.find('/', authority);
    // RFC 8414 forbids query and fragment; a brace would make a pattern of the route.
    if (path == issuer.npos || issuer.find_first_of("?#{}") != issuer.npos) return {};
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    return issuer.substr(path);
}

std::optional<std::string> base_url_of(std::string_view issuer, std::string_view root_path) {
    const auto authority = authority_in(issuer);
    if (authority == 0 || issuer.size() == authority || issuer.find_first_of("?#") != issuer.npos)
        return std::nullopt;
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    if (!root_path.empty() && issuer.substr(authority).ends_with(root_path)) root_path = {};
    return std::string(issuer).append(root_path);
}

metadata_endpoint::metadata_endpoint(server_description described, const tokens::token_service& tokens,
                                     http::trusted_proxies trusted)
    : described_(std::move(described)),
      tokens_(tokens),
      trusted_(std::move(trusted)),
      base_url_(base_url_of(described_.issuer, described_.root_path)) {}

void metadata_endpoint::operator()(const http::request& request, http::response& response) const {
    const auto base = base_url_ ? base_url_ : base_url_for(request, trusted_, described_.root_path);
    if (!base) return http::write_error(response, errc::malformed_request);
    // What follows from a header that the client wrote must not be kept for others.
    response.add_lines(base_url_ ? "Cache-Control: public, max-age=300\r\n" : "Cache-Control: no-store\r\n");
    const auto document = metadata_document(described_, *base, algorithms_of(*tokens_.ring()));
    response.body("application/json").append(boost::json::serialize(document));
}

}  // namespace latchkey::oauth
