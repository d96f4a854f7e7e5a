#include "oauth/client_authentication.hpp"

#include "unit/oauth/oauth_fixture.hpp"

// RFC 6749 sections 2.3.1 and 3.2.1, DESIGN.md section 2.1.
namespace latchkey::oauth {
namespace {

using clients::client_type;
using test::basic;

class ClientAuthentication : public test::oauth_fixture {
protected:
    result<client> authenticate(std::string_view authorization, form_credentials form = {},
                                client_name name = client_name::required) {
        const auto request = test::form_request("", authorization);
        const auto authentic = authentication();
        return test::run(authentic(request, form, name));
    }
    errc refusal(std::string_view authorization, form_credentials form = {},
                 client_name name = client_name::required) {
        const auto outcome = authenticate(authorization, form, name);
        return outcome ? test::good : outcome.error();
    }
};

TEST_F(ClientAuthentication, TakesAnyNameForAPublicClientWhileNoneIsRegistered) {
    EXPECT_EQ(authenticate("").value().id, "");
    EXPECT_EQ(authenticate("Basic Og==").value().id, "");
    EXPECT_EQ(authenticate("", {"my app", ""}).value().id, "my app");
    EXPECT_EQ(authenticate(basic("my%20app", "")).value().id, "my app");
    EXPECT_FALSE(authenticate("", {"web", ""}).value().registration);
}

TEST_F(ClientAuthentication, RefusesANameThatNoTokenCouldCarry) {
    EXPECT_EQ(refusal("", {"caf\xC3\xA9", ""}), errc::invalid_client);
    EXPECT_EQ(refusal("", {"a\nb", ""}), errc::invalid_client);
    EXPECT_EQ(refusal("", {std::string(256, 'a'), ""}), errc::invalid_client);
    EXPECT_EQ(refusal("", {std::string(255, 'a'), ""}), test::good);
}

TEST_F(ClientAuthentication, RefusesEverySecretWhileNoneIsRegistered) {
    EXPECT_EQ(refusal("", {"web", "x"}), errc::invalid_client);
    EXPECT_EQ(refusal(basic("web", "x")), errc::invalid_client_basic);
    EXPECT_EQ(refusal(basic("", "x")), errc::invalid_client_basic);
}

TEST_F(ClientAuthentication, HasNoRegistryByDefault) {
    const auto request = test::form_request("");
    const client_authentication none;
    EXPECT_EQ(test::run(none(request, {"web", ""}, client_name::required)).value().id, "web");
    EXPECT_EQ(test::run(none(request, {"web", "x"}, client_name::required)).error(), errc::invalid_client);
}

TEST_F(ClientAuthentication, KnowsARegisteredClientByItsSecret) {
    const auto password = add_client("backend");
    EXPECT_EQ(authenticate(basic("backend", password)).value().registration->client_id, "backend");
    EXPECT_EQ(authenticate("", {"backend", password}).value().registration->client_id, "backend");
    EXPECT_EQ(authenticate(basic("backend", password), {"backend", ""}).value().id, "backend");
}

TEST_F(ClientAuthentication, TakesEitherOfTwoSecrets) {
    const auto first = add_client("backend");
    auto second = clients::generate_client_secret(clock.now());
    clients.rows["backend"].secrets.push_back(second.stored);
    EXPECT_EQ(refusal(basic("backend", first)), test::good);
    EXPECT_EQ(refusal(basic("backend", second.text.view())), test::good);
}

TEST_F(ClientAuthentication, RefusesWrongMissingAndSuperfluousSecrets) {
    const auto password = add_client("backend");
    add_client("web", client_type::public_);
    EXPECT_EQ(refusal(basic("backend", "wrong")), errc::invalid_client_basic);
    EXPECT_EQ(refusal(basic("backend", "")), errc::invalid_client_basic);
    EXPECT_EQ(refusal("", {"backend", "wrong"}), errc::invalid_client);
    EXPECT_EQ(refusal("", {"backend", ""}), errc::invalid_client);
    EXPECT_EQ(refusal("", {"", password}), errc::invalid_client);
    EXPECT_EQ(refusal("", {"web", password}), errc::invalid_client);
    EXPECT_EQ(refusal(basic("web", password)), errc::invalid_client_basic);
    EXPECT_EQ(refusal("", {"backend", ""}, client_name::optional), errc::invalid_client);
}

TEST_F(ClientAuthentication, RefusesWhoIsUnknownOnceOneIsRegistered) {
    add_client("web", client_type::public_);
    EXPECT_EQ(refusal("", {"web", ""}), test::good);
    EXPECT_EQ(refusal(basic("web", "")), test::good);
    EXPECT_EQ(refusal("", {"other", ""}), errc::invalid_client);
    EXPECT_EQ(refusal("", {"other", ""}, client_name::optional), errc::invalid_client);
    EXPECT_EQ(refusal(""), errc::invalid_client);
    EXPECT_EQ(refusal("Basic Og=="), errc::invalid_client);
    EXPECT_EQ(refusal(basic("other", "")), errc::invalid_client_basic);
}

TEST_F(ClientAuthentication, NeedsNoNameWhereTheTokenSaysIt) {
    add_client("web", client_type::public_);
    const auto nameless = authenticate("", {}, client_name::optional);
    EXPECT_EQ(nameless.value().id, "");
    EXPECT_FALSE(nameless.value().registration);
}

TEST_F(ClientAuthentication, RefusesADisabledClient) {
    const auto disable = [](clients::client& c) { c.disabled = true; };
    const auto password = add_client("backend", client_type::confidential, disable);
    add_client("web", client_type::public_, disable);
    EXPECT_EQ(refusal(basic("backend", password)), errc::invalid_client_basic);
    EXPECT_EQ(refusal("", {"web", ""}), errc::invalid_client);
}

TEST_F(ClientAuthentication, RefusesTwoWaysAtOnce) {
    const auto password = add_client("backend");
    EXPECT_EQ(refusal(basic("backend", password), {"backend", password}), errc::repeated_credentials);
    EXPECT_EQ(refusal(basic("backend", password), {"web", ""}), errc::repeated_credentials);
    EXPECT_EQ(refusal("Basic !"), errc::malformed_basic);
}

TEST_F(ClientAuthentication, ReadsBasicDecodedAndRaw) {
    // A secret of another maker: `a+b%20c` as it is, and form-url-encoded.
    add_client("backend");
    const auto give = [&](std::string_view text) {
        unsigned char digest[32];
        crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()), text.size());
        clients.rows["backend"].secrets.back().digest.assign(reinterpret_cast<const char*>(digest),
                                                             sizeof digest);
    };
    give("a+b%20c");
    EXPECT_EQ(refusal(basic("backend", "a+b%20c")), test::good);
    EXPECT_EQ(refusal(basic("backend", "a%2Bb%2520c")), test::good);
    give("a b c");
    EXPECT_EQ(refusal(basic("backend", "a+b%20c")), test::good);
    EXPECT_EQ(refusal(basic("backend", "a+b+d")), errc::invalid_client_basic);
}

TEST_F(ClientAuthentication, SaysNothingAboutAClientWhenTheStoreIsAway) {
    const auto password = add_client("backend");
    clients.broken = true;
    EXPECT_EQ(refusal(basic("backend", password)), errc::store_unavailable);
    EXPECT_EQ(refusal("", {"web", ""}), errc::store_unavailable);
    EXPECT_EQ(refusal(""), errc::store_unavailable);
}

}  // namespace
}  // namespace latchkey::oauth
