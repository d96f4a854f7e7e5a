#include <gmock/gmock.h>

#include "crypto/base64url.hpp"
#include "support/running_service.hpp"

// Whom an access token is for, and who takes it (RFC 9068 section 4).
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using test::post_form;

constexpr const char* ours = "https://login.example";
constexpr const char* theirs = "https://reports.example";

class Audience : public testing::Test {
protected:
    explicit Audience(const char* audience = "") : app(with(audience)) {
        app.add_user("root", "secret", {"admin"});
        app.add_user("johndoe", "secret", {"items", "me"});
        admin = app.token("username=root&password=secret");
        add_client("reports", theirs);
        add_client("web", "");
        add_client("pages", ours);
    }

    static config::settings with(const char* audience) {
        config::settings s;
        s.tokens.audience = audience;
        return s;
    }
    void add_client(const std::string& id, const std::string& audience) {
        const auto json = R"({"client_id":")" + id + R"(","type":"public")" +
                          (audience.empty() ? "" : R"(,"audience":")" + audience + '"') + "}";
        const auto made =
            app.send("POST /clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                     bearer(admin) + "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json);
        ASSERT_EQ(made.status, 201U) << made.body;
    }
    test::answer log_in(const std::string& client) {
        return app.log_in("username=johndoe&password=secret&client_id=" + client);
    }
    unsigned status(const std::string& path, const std::string& token) {
        return app.send(get(path, bearer(token))).status;
    }
    static boost::json::object part(const std::string& token, int index) {
        std::string_view rest = token;
        for (; index > 0; --index)
            rest.remove_prefix(rest.find('.') + 1);
        rest = rest.substr(0, rest.find('.'));
        std::vector<std::uint8_t> bytes(crypto::base64url::decoded_capacity(rest.size()));
        bytes.resize(crypto::base64url::decode(rest, bytes).value());
        return boost::json::parse(std::string(bytes.begin(), bytes.end())).as_object();
    }
    boost::json::object introspect(const std::string& token) {
        const auto asker = app.token("username=root&password=secret");
        const auto json = std::string(R"({"client_id":"asker"})");
        const auto made =
            app.send("POST /clients HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                     bearer(asker) + "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json);
        return app
            .send(post_form("/introspect", "client_id=asker&client_secret=" + made.text("client_secret") +
                                               "&token=" + token))
            .json()
            .as_object();
    }

    test::running_service app;
    std::string admin;
};

TEST_F(Audience, ATokenOfAClientWithAnAudienceIsForThatAudience) {
    const auto token = log_in("reports").text("access_token");
    EXPECT_EQ(part(token, 0).at("typ"), "at+jwt");
    EXPECT_EQ(part(token, 1).at("aud"), theirs);
    EXPECT_EQ(part(token, 1).at("client_id"), "reports");
    const auto plain = log_in("web").text("access_token");
    EXPECT_EQ(part(plain, 0).at("typ"), "JWT");
    EXPECT_FALSE(part(plain, 1).contains("aud"));
}

TEST_F(Audience, ATokenForAnotherIsRefusedHereAndSaysWhy) {
    const auto token = log_in("reports").text("access_token");
    for (const std::string path :
         {"/items", "/items/", "/users/me", "/verify", "/verify?scope=items", "/sessions"}) {
        const auto refused = app.send(get(path, bearer(token)));
        EXPECT_EQ(refused.status, 401U) << path;
        EXPECT_EQ(refused.text("error"), "invalid_token") << path;
        EXPECT_EQ(refused.text("detail"), "The access token is meant for another audience") << path;
        EXPECT_THAT(refused.header("WWW-Authenticate"),
                    testing::AllOf(testing::HasSubstr(R"(error="invalid_token")"),
                                   testing::HasSubstr("is meant for another audience")))
            << path;
    }
}

TEST_F(Audience, IntrospectionTellsTheResourceServerThatATokenForItIsGood) {
    const auto said = introspect(log_in("reports").text("access_token"));
    EXPECT_EQ(said.at("active"), true);
    EXPECT_EQ(said.at("aud"), theirs);
    EXPECT_EQ(said.at("client_id"), "reports");
}

TEST_F(Audience, ATokenForAnotherCanBeRefreshedAndRevokedHere) {
    const auto login = log_in("reports");
    const auto next = app.send(post_form(
        "/token", "grant_type=refresh_token&client_id=reports&refresh_token=" + login.text("refresh_token")));
    ASSERT_EQ(next.status, 200U) << next.body;
    EXPECT_EQ(part(next.text("access_token"), 1).at("aud"), theirs);
    EXPECT_EQ(app.send(post_form("/revoke", "token=" + next.text("access_token"))).status, 200U);
    EXPECT_EQ(introspect(next.text("access_token")), (boost::json::object{{"active", false}}));
}

TEST_F(Audience, WithoutANameOfOurOwnNoAudienceIsOurs) {
    EXPECT_EQ(status("/items", log_in("pages").text("access_token")), 401U);
    EXPECT_EQ(status("/items", log_in("web").text("access_token")), 200U);
    EXPECT_EQ(status("/items", app.token()), 200U);
}

class NamedAudience : public Audience {
protected:
    NamedAudience() : Audience(ours) {}
};

TEST_F(NamedAudience, ATokenForUsIsTakenWhoeverSaidSo) {
    for (const std::string client : {"pages", "web"}) {
        const auto token = log_in(client).text("access_token");
        EXPECT_EQ(part(token, 1).at("aud"), ours);
        for (const std::string path : {"/items", "/users/me", "/verify"})
            EXPECT_LT(status(path, token), 300U) << path;
    }
    EXPECT_EQ(status("/items", log_in("reports").text("access_token")), 401U);
}

}  // namespace
}  // namespace latchkey
