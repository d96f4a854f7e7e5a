#include "oauth/metadata.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "oauth/jwks.hpp"
#include "unit/oauth/oauth_fixture.hpp"

// RFC 8414 and RFC 7517.
namespace latchkey::oauth {
namespace {

using tokens::algorithm;

constexpr unix_time now{std::chrono::seconds{1'800'000'000}};

server_description described(std::string issuer, std::string root_path = {}) {
    return {.issuer = std::move(issuer),
            .root_path = std::move(root_path),
            .grant_types = {"password", "refresh_token"},
            .token_path = "/token",
            .revocation_path = "/revoke",
            .introspection_path = "/introspect",
            .jwks_path = "/.well-known/jwks.json"};
}

std::shared_ptr<const tokens::key_ring> ring_of(std::initializer_list<algorithm> algorithms) {
    std::vector<tokens::key_record> records;
    for (const auto a : algorithms)
        records.push_back(tokens::generate_key(a, now));
    return tokens::key_ring::make(records).value();
}

struct served {
    explicit served(server_description d, std::initializer_list<algorithm> algorithms = {algorithm::hs256})
        : tokens({d.issuer, "", std::chrono::seconds{900}}, ring_of(algorithms), ended, clock),
          endpoint(d, tokens, http::trusted_proxies::parse({"10.0.0.0/8"}).value()) {}

    test::reply get(std::string_view host, std::string_view forwarded_proto = {},
                    std::string_view peer = "10.0.0.1") {
        http::request request;
        request.peer = boost::asio::ip::make_address(std::string(peer));
        const auto set = [&](http::field f, std::string_view value) {
            if (!value.empty()) request.fields[static_cast<std::size_t>(f)] = {value, 1};
        };
        set(http::field::host, host);
        set(http::field::x_forwarded_for, forwarded_proto.empty() ? "" : "192.0.2.1");
        set(http::field::x_forwarded_proto, forwarded_proto);
        http::response response;
        endpoint(request, response);
        return test::reply_of(response);
    }

    test::manual_clock clock{now};
    tokens::revocations ended;
    tokens::token_service tokens;
    metadata_endpoint endpoint;
};

TEST(Metadata, NamesEndpointsBelowTheIssuer) {
    init_crypto();
    const auto answer = served(described("https://login.example")).get("elsewhere.example");
    const auto document = answer.json();
    EXPECT_EQ(document.at("issuer"), "https://login.example");
    EXPECT_EQ(document.at("token_endpoint"), "https://login.example/token");
    EXPECT_EQ(document.at("revocation_endpoint"), "https://login.example/revoke");
    EXPECT_EQ(document.at("introspection_endpoint"), "https://login.example/introspect");
    EXPECT_EQ(boost::json::serialize(document.at("grant_types_supported")),
              R"(["password","refresh_token"])");
    EXPECT_EQ(boost::json::serialize(document.at("response_types_supported")), "[]");
    EXPECT_EQ(boost::json::serialize(document.at("token_endpoint_auth_methods_supported")),
              R"(["none","client_secret_basic","client_secret_post"])");
    EXPECT_EQ(boost::json::serialize(document.at("introspection_endpoint_auth_methods_supported")),
              R"(["client_secret_basic","client_secret_post"])");
    EXPECT_TRUE(answer.has_header("Cache-Control: public, max-age=300"));
    EXPECT_TRUE(answer.has_header("Content-Type: application/json"));
}

TEST(Metadata, AdvertisesKeysOnlyWhenThereIsAPublicOne) {
    EXPECT_FALSE(served(described("https://a.example")).get("").json().contains("jwks_uri"));
    auto mixed =
        served(described("https://a.example"), {algorithm::hs256, algorithm::es256, algorithm::es256});
    const auto document = mixed.get("").json();
    EXPECT_EQ(document.at("jwks_uri"), "https://a.example/.well-known/jwks.json");
    EXPECT_EQ(boost::json::serialize(document.at("access_token_signing_alg_values_supported")),
              R"(["HS256","ES256"])");
}

TEST(Metadata, LeavesOutWhatHasNoPath) {
    auto without = described("https://a.example");
    without.introspection_path.clear();
    EXPECT_FALSE(metadata_document(without, "https://a.example", {}).contains("introspection_endpoint"));
}

TEST(Metadata, DerivesTheBaseUrlFromTheRequestWhenTheIssuerIsNoUrl) {
    served service(described("latchkey", "/api/v1"));
    const auto plain = service.get("auth.example:8080");
    EXPECT_EQ(plain.text("issuer"), "latchkey");
    EXPECT_EQ(plain.text("token_endpoint"), "http://auth.example:8080/api/v1/token");
    EXPECT_TRUE(plain.has_header("Cache-Control: no-store"));
    EXPECT_EQ(service.get("auth.example", "https").text("token_endpoint"),
              "https://auth.example/api/v1/token");
    EXPECT_EQ(service.get("auth.example", "https", "192.0.2.9").text("token_endpoint"),
              "http://auth.example/api/v1/token");
    EXPECT_EQ(service.get("").status, 400U);
}

TEST(Metadata, KnowsItsBaseUrl) {
    struct row {
        std::string_view issuer, root_path, base;
    };
    for (const auto& [issuer, root_path, base] : std::initializer_list<row>{
             {"https://a.example", "", "https://a.example"},
             {"https://a.example/", "", "https://a.example"},
             {"http://localhost:8080", "", "http://localhost:8080"},
             {"https://a.example", "/api/v1", "https://a.example/api/v1"},
             {"https://a.example/api/v1", "/api/v1", "https://a.example/api/v1"},
             {"https://a.example/api/v1/", "/api/v1", "https://a.example/api/v1"},
             {"https://a.example/tenant", "", "https://a.example/tenant"},
         })
        EXPECT_EQ(base_url_of(issuer, root_path), base) << issuer;
    for (const auto none :
         {"latchkey", "", "https://", "ftp://a.example", "https://a.example?x", "https://a.example#x"})
        EXPECT_FALSE(base_url_of(none, "")) << none;
}

TEST(Jwks, HasThePublicKeysOnly) {
    init_crypto();
    const auto ring = ring_of({algorithm::hs256, algorithm::es256, algorithm::eddsa});
    const auto document = jwks_document(*ring);
    const auto& keys = document.at("keys").as_array();
    ASSERT_EQ(keys.size(), 2U);
    for (const auto& key : keys) {
        const auto& jwk = key.as_object();
        EXPECT_EQ(jwk.at("use"), "sig");
        for (const auto member : {"kid", "alg", "kty", "crv", "x"})
            EXPECT_TRUE(jwk.contains(member)) << member;
        for (const auto secret : {"d", "k", "p", "q"})
            EXPECT_FALSE(jwk.contains(secret)) << secret;
    }
    EXPECT_EQ(keys[0].as_object().at("kid").as_string(), ring->entries()[1].key->kid());
}

TEST(Jwks, IsEmptyWithoutAPublicKey) {
    served service(described("latchkey"));
    http::response response;
    read_jwks(service.tokens, {}, response);
    const auto answer = test::reply_of(response);
    EXPECT_EQ(answer.body, R"({"keys":[]})");
    EXPECT_TRUE(answer.has_header("Cache-Control: public, max-age=300"));
}

TEST(Metadata, IsAlsoWhereTheIssuersPathLeads) {
    EXPECT_EQ(path_of("https://example.com/api/v1"), "/api/v1");
    EXPECT_EQ(path_of("https://example.com/api/v1/"), "/api/v1");
    EXPECT_EQ(path_of("http://example.com:8080/a"), "/a");
    for (const auto* none : {"https://example.com", "https://example.com/", "latchkey", "", "https://",
                             "/api", "https://x?y=/z", "https://x/a#b", "https://x/{id}", "urn:x/y"})
        EXPECT_EQ(path_of(none), "") << none;
}

}  // namespace
}  // namespace latchkey::oauth
