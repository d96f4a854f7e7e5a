#include <gmock/gmock.h>

#include "support/running_service.hpp"

// /users and /clients for administrators, and what registered clients may do.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using test::post_form;

class Administration : public testing::Test {
protected:
    Administration() {
        app.add_user("root", "secret", {"admin"});
        app.add_user("johndoe", "secret", {"items"});
        admin = app.token("username=root&password=secret");
    }

    test::answer send(const std::string& method, const std::string& path, const std::string& json,
                      const std::string& token) {
        return app.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                        bearer(token) + "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json);
    }
    test::answer send(const std::string& method, const std::string& path, const std::string& json = "{}") {
        return send(method, path, json, admin);
    }

    test::running_service app;
    std::string admin;
};

TEST_F(Administration, NeedsTheScopeAdmin) {
    const auto plain = app.token();
    for (const std::string path : {"/users", "/clients"}) {
        const auto refused = app.send(get(path, bearer(plain)));
        EXPECT_EQ(refused.status, 403U) << path;
        EXPECT_THAT(refused.header("WWW-Authenticate"), testing::HasSubstr(R"(scope="admin")")) << path;
        EXPECT_EQ(app.send(get(path)).status, 401U) << path;
    }
}

TEST_F(Administration, TakesAUserThroughItsLife) {
    const auto made =
        send("POST", "/users",
             R"({"username":"Zoe","password":"a long enough password","scopes":["me","items"]})");
    ASSERT_EQ(made.status, 201U) << made.body;
    const auto path = "/users/" + made.text("id");
    EXPECT_EQ(send("POST", "/users", R"({"username":"zoe","password":"a long enough password"})").status,
              409U);
    const std::string login = "username=zoe&password=a+long+enough+password";
    EXPECT_EQ(app.log_in(login).text("scope"), "items me");
    EXPECT_EQ(send("PATCH", path, R"({"scopes":["me"],"email":"zoe@example.com"})").text("email"),
              "zoe@example.com");
    EXPECT_EQ(app.log_in(login).text("scope"), "me");
    EXPECT_EQ(send("PATCH", path, R"({"disabled":true})").status, 200U);
    EXPECT_EQ(app.log_in(login).status, 400U);
    EXPECT_EQ(send("PATCH", path, R"({"disabled":false})").status, 200U);
    EXPECT_EQ(send("PUT", path + "/password", R"({"password":"another good password"})").status, 204U);
    EXPECT_EQ(app.log_in(login).status, 400U);
    EXPECT_EQ(send("DELETE", path, "").status, 204U);
    EXPECT_EQ(app.send(get(path, bearer(admin))).status, 404U);
}

TEST_F(Administration, RefusesAMemberItDoesNotKnow) {
    const auto answer =
        send("POST", "/users", R"({"username":"eve","password":"a long enough password","admin":true})");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_THAT(answer.text("detail"), testing::HasSubstr("'admin'"));
    EXPECT_EQ(send("POST", "/users", R"({"username":"eve","password":5})").status, 422U);
    EXPECT_EQ(send("POST", "/users", "[]").status, 400U);
}

TEST_F(Administration, NullRemovesWhatMayBeMissingAndNothingElse) {
    const auto user = "/users/" + send("POST", "/users",
                                       R"({"username":"zoe","password":"a long enough password",)"
                                       R"("email":"zoe@example.com"})")
                                      .text("id");
    ASSERT_EQ(send("POST", "/clients",
                   R"({"client_id":"api","client_name":"Api","audience":"a","access_lifetime":60})")
                  .status,
              201U);
    const std::string client = "/clients/api";
    for (const auto& [path, name] : {std::pair(user, "email"), std::pair(client, "client_name"),
                                     std::pair(client, "audience"), std::pair(client, "access_lifetime")}) {
        EXPECT_TRUE(app.send(get(path, bearer(admin))).json().as_object().contains(name)) << name;
        const auto changed = send("PATCH", path, "{\"" + std::string(name) + "\":null}");
        EXPECT_EQ(changed.status, 200U) << name;
        EXPECT_FALSE(changed.json().as_object().contains(name)) << name;
    }
    for (const auto& [path, name] :
         {std::pair(user, "scopes"), std::pair(user, "disabled"), std::pair(client, "grant_types"),
          std::pair(client, "scopes"), std::pair(client, "disabled")})
        EXPECT_EQ(send("PATCH", path, "{\"" + std::string(name) + "\":null}").status, 422U) << name;
}

TEST_F(Administration, PagesThroughUsers) {
    const auto first = app.send(get("/users?limit=1", bearer(admin)));
    EXPECT_EQ(first.json().at("items").as_array().size(), 1U);
    const auto second = app.send(get("/users?limit=1&after=" + first.text("next"), bearer(admin)));
    EXPECT_EQ(second.json().at("items").as_array().size(), 1U);
    EXPECT_FALSE(second.json().as_object().contains("next"));
    for (const std::string query : {"?limit=0", "?limit=201", "?limit=x", "?after=x", "?limit=1&limit=1"})
        EXPECT_EQ(app.send(get("/users" + query, bearer(admin))).status, 400U) << query;
    for (const std::string name : {"limit", "after"})
        for (const std::string path : {"/users", "/clients"})
            EXPECT_EQ(app.send(get(path + "?" + name + "=1&" + name + "=1", bearer(admin))).text("detail"),
                      "The parameter " + name + " was sent more than once");
}

TEST_F(Administration, AClientGetsTokensOfItsOwnAndFrontendsGoOnWithoutOne) {
    const auto made = send("POST", "/clients",
                           R"({"client_id":"api","grant_types":["client_credentials"],"scopes":["items"]})");
    ASSERT_EQ(made.status, 201U) << made.body;
    const std::string form = "grant_type=client_credentials&client_id=api&client_secret=";
    EXPECT_EQ(app.send(post_form("/token", form + made.text("client_secret"))).text("scope"), "items");
    EXPECT_EQ(app.send(post_form("/token", form + "wrong")).text("error"), "invalid_client");
    EXPECT_EQ(app.log_in().status, 200U);
    EXPECT_THAT(app.send(get("/clients/api", bearer(admin))).body,
                testing::Not(testing::HasSubstr(made.text("client_secret"))));
}

TEST_F(Administration, TwoSecretsAreValidWhileOneIsRotated) {
    const auto first = send("POST", "/clients", R"({"client_id":"api","grant_types":["client_credentials"]})")
                           .text("client_secret");
    const auto second = send("POST", "/clients/api/secret").text("client_secret");
    const auto status = [&](const std::string& s) {
        return app.send(post_form("/token", "grant_type=client_credentials&client_id=api&client_secret=" + s))
            .status;
    };
    EXPECT_EQ(status(first), 200U);
    EXPECT_EQ(status(second), 200U);
    EXPECT_EQ(send("DELETE", "/clients/api/secret", "").status, 204U);
    EXPECT_EQ(status(first), 400U);
    EXPECT_EQ(status(second), 200U);
}

TEST_F(Administration, IntrospectionSaysNothingOfADeadToken) {
    const auto made = send("POST", "/clients", R"({"client_id":"api"})");
    const std::string caller = "client_id=api&client_secret=" + made.text("client_secret") + "&token=";
    const auto login = app.log_in();
    EXPECT_EQ(app.send(post_form("/introspect", caller + login.text("access_token"))).json().at("active"),
              true);
    EXPECT_EQ(app.send(post_form("/introspect", caller + "junk")).body, R"({"active":false})");
    app.send(post_form("/revoke", "token=" + login.text("refresh_token")));
    EXPECT_EQ(app.send(post_form("/introspect", caller + login.text("access_token"))).body,
              R"({"active":false})");
    EXPECT_EQ(app.send(post_form("/introspect", "token=" + login.text("access_token"))).status, 401U);
}

TEST(Registration, IsOffUnlessSwitchedOn) {
    const std::string json = R"({"username":"newcomer","password":"a long enough password"})";
    const std::string request =
        "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
        std::to_string(json.size()) + "\r\n\r\n" + json;
    test::running_service closed;
    EXPECT_EQ(closed.send(request).status, 404U);
    config::settings s;
    s.accounts.registration = true;
    test::running_service open(s);
    EXPECT_EQ(open.send(request).status, 201U);
    EXPECT_EQ(open.log_in("username=newcomer&password=a+long+enough+password").status, 200U);
}

TEST(Aliases, AreThereWhenSwitchedOn) {
    config::settings s;
    s.server.oauth_aliases = true;
    test::running_service app(s);
    app.add_user("johndoe", "secret");
    EXPECT_EQ(app.send(post_form("/oauth/token", "username=johndoe&password=secret")).status, 200U);
    EXPECT_EQ(test::running_service().send(post_form("/oauth/token", "")).status, 404U);
}

}  // namespace
}  // namespace latchkey
