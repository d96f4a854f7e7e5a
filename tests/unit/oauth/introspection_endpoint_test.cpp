#include "oauth/introspection_endpoint.hpp"

#include "unit/oauth/oauth_fixture.hpp"

// RFC 7662.
namespace latchkey::oauth {
namespace {

using clients::client_type;
using namespace std::chrono_literals;

class IntrospectionEndpoint : public test::oauth_fixture {
protected:
    IntrospectionEndpoint() : caller_(test::basic("resource", add_client("resource"))) {
        add_client("web", client_type::public_);
    }
    test::reply send_form(std::string_view form, std::string_view authorization) {
        const auto request = test::form_request(form, authorization);
        return test::send([this](const auto& q, auto& r) { return endpoint_(q, r); }, request);
    }
    test::reply introspect(std::string_view token) {
        return send_form("token=" + std::string(token), caller_);
    }
    test::reply introspect_as(std::string_view authorization) {
        return send_form("token=junk", authorization);
    }
    test::reply log_in_web() { return log_in("&client_id=web"); }
    std::string token_with_scope(std::string_view scope) {
        return tokens
            .issue({.subject = alice.value.text(),
                    .username = {},
                    .scope = scope,
                    .client_id = {},
                    .session = {},
                    .authenticated_at = clock.now(),
                    .lifetime = {},
                    .audience = {}})
            .text;
    }
    void expect_dead(std::string_view token) {
        const auto answer = introspect(token);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, R"({"active":false})") << token;
    }

    std::string caller_;
    introspection_endpoint endpoint_{authentication(), {tokens, sessions, codec, lifetimes, clock}};
};

TEST_F(IntrospectionEndpoint, TellsTheClaimsOfALiveAccessToken) {
    const auto token = log_in_web().text("access_token");
    const auto answer = introspect(token);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_TRUE(answer.has_header("Content-Type: application/json"));
    EXPECT_TRUE(answer.has_header("Cache-Control: no-store"));
    std::string id;
    verdict(token, [&](const auto& c) { id = c.token_id; });
    const boost::json::object expected{{"active", true},
                                       {"scope", "items me"},
                                       {"client_id", "web"},
                                       {"username", "Alice"},
                                       {"token_type", "Bearer"},
                                       {"exp", 1'800'000'900},
                                       {"iat", 1'800'000'000},
                                       {"sub", alice.value.text()},
                                       {"iss", "https://login.example"},
                                       {"jti", id},
                                       {"sid", sessions.only().id.value.text()}};
    EXPECT_EQ(answer.json(), expected) << answer.body;
}

TEST_F(IntrospectionEndpoint, TellsTheAudienceOfATokenForAnother) {
    clients.rows["web"].audience = "https://api.example";
    const auto token = log_in_web().text("access_token");
    ASSERT_EQ(verdict(token), errc::wrong_audience);
    EXPECT_EQ(introspect(token).text("aud"), "https://api.example");
}

TEST_F(IntrospectionEndpoint, TellsTheSessionOfALiveRefreshToken) {
    const auto login = log_in_web();
    clock.advance(60s);
    const auto next = refresh(login.text("refresh_token")).text("refresh_token");
    const std::int64_t expiry = numeric_date(clock.now() + lifetimes.idle_lifetime);
    const boost::json::object expected{{"active", true},
                                       {"scope", "items me"},
                                       {"client_id", "web"},
                                       {"exp", expiry},
                                       {"iat", 1'800'000'060},
                                       {"sub", alice.value.text()},
                                       {"iss", "https://login.example"}};
    EXPECT_EQ(introspect(next).json(), expected);
}

TEST_F(IntrospectionEndpoint, TellsTheAbsoluteExpiryWhenItComesFirst) {
    const auto login = log_in_web();
    auto& session = sessions.rows.begin()->second;
    session.expires_at = clock.now() + 1h;
    EXPECT_EQ(introspect(login.text("refresh_token")).json().at("exp").as_int64(), 1'800'003'600);
}

TEST_F(IntrospectionEndpoint, AsksForARefreshTokenWithoutUsingItUp) {
    const auto token = log_in_web().text("refresh_token");
    introspect(token);
    EXPECT_EQ(sessions.only().counter, 0U);
    const auto next = refresh(token).text("refresh_token");
    EXPECT_EQ(introspect(token).json().at("active"), true);  // inside the reuse window it still works
    clock.advance(10'001ms);
    expect_dead(token);
    EXPECT_EQ(introspect(next).json().at("active"), true);  // and asking about a replay ends nothing
}

TEST_F(IntrospectionEndpoint, SaysOnlyThatADeadTokenIsDead) {
    const auto login = log_in_web();
    const auto access = login.text("access_token");
    auto forged = access;
    const auto dot = forged.rfind('.') + 1;
    forged[dot] = forged[dot] == 'A' ? 'B' : 'A';
    expect_dead("junk");
    expect_dead(forged);
    expect_dead(std::string(5000, 'a'));
    ASSERT_TRUE(test::run(users.set_disabled(alice, true)));
    expect_dead(access);
    ASSERT_TRUE(test::run(users.set_disabled(alice, false)));
    expect_dead(access);
}

TEST_F(IntrospectionEndpoint, KnowsWhatExpiredAndWhoseSessionEnded) {
    const auto first = log_in_web();
    clock.advance(899'999ms);
    EXPECT_EQ(introspect(first.text("access_token")).json().at("active"), true);
    clock.advance(1ms);
    expect_dead(first.text("access_token"));
    ASSERT_TRUE(test::run(sessions.end(sessions.only().id, {})));
    expect_dead(first.text("refresh_token"));
    const auto second = log_in_web();
    ASSERT_TRUE(test::run(sessions.end(sessions.only().id, {})));
    expect_dead(second.text("access_token"));
    const auto third = log_in_web();
    clock.advance(lifetimes.idle_lifetime);
    expect_dead(third.text("refresh_token"));
}

TEST_F(IntrospectionEndpoint, AnswersAuthenticatedCallersOnly) {
    for (const auto& stranger :
         {std::string(), test::basic("resource", "wrong"), test::basic("resource", ""),
          test::basic("web", ""), test::basic("nobody", ""), std::string("Basic Og==")}) {
        const auto answer = introspect_as(stranger);
        EXPECT_EQ(answer.status, 401U) << stranger;
        EXPECT_EQ(answer.error(), "invalid_client");
        EXPECT_TRUE(answer.has_header(R"(WWW-Authenticate: Basic realm="latchkey")"));
    }
    EXPECT_EQ(send_form("token=junk&client_id=web", "").status, 401U);
    EXPECT_EQ(send_form("token=junk&client_id=resource&client_secret=wrong", "").status, 401U);
    EXPECT_EQ(introspect_as(caller_).status, 200U);
}

TEST_F(IntrospectionEndpoint, AnswersNoAnonymousClientEvenWhenNoneIsRegistered) {
    clients.rows.clear();
    EXPECT_EQ(introspect_as("").status, 401U);
    EXPECT_EQ(send_form("token=junk&client_id=web", "").status, 401U);
}

TEST_F(IntrospectionEndpoint, AnswersABearerWithTheScopeIntrospect) {
    EXPECT_EQ(introspect_as("Bearer " + token_with_scope("introspect items")).body, R"({"active":false})");
    const auto poor = introspect_as("Bearer " + token_with_scope("items"));
    EXPECT_EQ(poor.status, 403U);
    EXPECT_EQ(poor.error(), "insufficient_scope");
    EXPECT_NE(poor.headers.find(R"(scope="introspect")"), poor.headers.npos);
    EXPECT_EQ(introspect_as("Bearer junk").error(), "invalid_token");
    const auto old = token_with_scope("introspect");
    EXPECT_EQ(send_form("token=a&client_id=resource&client_secret=x", "Bearer " + old).status, 400U);
    clock.advance(1h);
    EXPECT_EQ(introspect_as("Bearer " + old).status, 401U);
}

TEST_F(IntrospectionEndpoint, AsksForAToken) {
    EXPECT_EQ(send_form("", caller_).error(), "invalid_request");
    EXPECT_EQ(send_form("token=a&token=b", caller_).error(), "invalid_request");
    EXPECT_EQ(send_form("", "").status, 401U);  // who asks comes first
}

TEST_F(IntrospectionEndpoint, SaysSoWhenTheStoreIsAway) {
    const auto token = log_in_web().text("refresh_token");
    sessions.broken_find = true;
    EXPECT_EQ(introspect(token).status, 503U);
    clients.broken = true;
    EXPECT_EQ(introspect(token).status, 503U);
}

/// Its callers are remembered.
class IntrospectionByRecentClients : public IntrospectionEndpoint {
protected:
    IntrospectionByRecentClients() { note_changes(1); }
    void note_changes(std::uint64_t counter, std::chrono::milliseconds ago = {}) {
        recent.note_changes(counter, clients::recent_clients::clock::now() - ago);
    }
    unsigned status(std::string_view authorization) {
        const auto request = test::form_request("token=junk", authorization);
        return test::send([this](const auto& q, auto& r) { return endpoint(q, r); }, request).status;
    }

    clients::recent_clients recent{clients};
    introspection_endpoint endpoint{client_authentication(recent),
                                    {tokens, sessions, codec, lifetimes, clock}};
};

TEST_F(IntrospectionByRecentClients, AsksTheStoreForACallerOnce) {
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(status(caller_), 200U);
    EXPECT_EQ(clients.finds, 1);
}

TEST_F(IntrospectionByRecentClients, AnswersARememberedCallerWithoutWaiting) {
    ASSERT_EQ(status(caller_), 200U);
    const auto request = test::form_request("token=junk", caller_);
    http::response response;
    EXPECT_FALSE(endpoint(request, response).has_value());
    EXPECT_EQ(test::reply_of(response).body, R"({"active":false})");
}

TEST_F(IntrospectionByRecentClients, RefusesADisabledCallerAsSoonAsAChangeIsNoted) {
    ASSERT_EQ(status(caller_), 200U);
    clients.rows["resource"].disabled = true;  // by another process
    note_changes(2);
    EXPECT_EQ(status(caller_), 401U);
    EXPECT_EQ(status(caller_), 401U);
}

TEST_F(IntrospectionByRecentClients, RefusesASecretThatWasTakenAwayAsSoonAsAChangeIsNoted) {
    ASSERT_EQ(status(caller_), 200U);
    clients.rows["resource"].secrets.clear();
    note_changes(2);
    EXPECT_EQ(status(caller_), 401U);
}

TEST_F(IntrospectionByRecentClients, TrustsNothingWhenTheStoreIsNotSeenAnyMore) {
    ASSERT_EQ(status(caller_), 200U);
    clients.broken = true;
    EXPECT_EQ(status(caller_), 200U);
    note_changes(1, clients::recent_clients::trusted_for);
    EXPECT_EQ(status(caller_), 503U);
}

TEST_F(IntrospectionByRecentClients, TakesASecretThatTheCallerGotThisMoment) {
    ASSERT_EQ(status(caller_), 200U);
    const auto fresh = clients::add_secret(clients.rows["resource"], clock.now());  // by another process
    EXPECT_EQ(status(test::basic("resource", fresh.view())), 200U);
}

TEST_F(IntrospectionByRecentClients, RefusesAWrongSecretByTheSameWorkAsAWrongName) {
    ASSERT_EQ(status(caller_), 200U);
    for (const std::string_view id : {"resource", "nobody"}) {
        clients.finds = 0;
        EXPECT_EQ(status(test::basic(id, "wrong")), 401U);
        EXPECT_EQ(clients.finds, 1) << id;
    }
}

TEST_F(IntrospectionByRecentClients, KnowsNoPublicClientAndNoEmptySecret) {
    ASSERT_EQ(status(test::basic("web", "")), 401U);
    EXPECT_EQ(status(test::basic("web", "")), 401U);
    EXPECT_EQ(status(test::basic("web", "x")), 401U);
    ASSERT_EQ(status(caller_), 200U);
    EXPECT_EQ(status(test::basic("resource", "")), 401U);
    EXPECT_EQ(status("Basic Og=="), 401U);
}

}  // namespace
}  // namespace latchkey::oauth
