#include <gmock/gmock.h>

#include "passwords/lane_metrics.hpp"
#include "support/running_service.hpp"

// Brute force against POST /token, from request bytes to answer. Each request comes from the address that a
// trusted proxy names.
namespace latchkey {
namespace {

using namespace std::chrono_literals;
using test::post_form;
using testing::HasSubstr;
using testing::StartsWith;

config::settings behind_a_proxy() {
    config::settings s;
    s.server.trusted_proxies = {"0.0.0.0"};  // what a request without a socket comes from
    return s;
}

class Throttle : public testing::Test {
protected:
    Throttle() {
        app.add_user("johndoe", "secret", {"me"});
        app.add_user("jane", "secret");
    }
    test::answer attempt(const std::string& name, const std::string& password, const std::string& address,
                         const std::string& more = {}) {
        return app.send(post_form("/token", "username=" + name + "&password=" + password,
                                  "X-Forwarded-For: " + address + "\r\n" + more));
    }
    /// Fails until it is refused; the refusal.
    test::answer exhaust(const std::string& name) {
        for (int i = 0; i < 10; ++i)
            EXPECT_EQ(attempt(name, "wrong" + std::to_string(i), "198.51.100." + std::to_string(i)).status,
                      400U);
        return attempt(name, "wrong", "198.51.100.99");
    }
    static std::string cookie_of(const test::answer& answer) {
        const auto line = answer.header("Set-Cookie");
        return "Cookie: theme=dark; " + line.substr(0, line.find(';')) + "\r\n";
    }

    test::running_service app{behind_a_proxy()};
};

TEST_F(Throttle, RefusesWith429AndSaysWhenToComeAgain) {
    const auto refusal = exhaust("johndoe");
    EXPECT_EQ(refusal.status, 429U);
    EXPECT_EQ(refusal.header("Retry-After"), "900");
    EXPECT_EQ(refusal.header("Content-Type"), "application/json");
    EXPECT_EQ(refusal.text("error_description"), refusal.text("detail"));
    app.clock.advance(899s);
    EXPECT_EQ(attempt("johndoe", "secret", "198.51.100.99").header("Retry-After"), "1");
    app.clock.advance(1s);
    EXPECT_EQ(attempt("johndoe", "secret", "198.51.100.99").status, 200U);
}

TEST_F(Throttle, TreatsANameThatNobodyHasAlike) {
    const auto known = exhaust("johndoe"), unknown = exhaust("nobody"), impossible = exhaust("%FF");
    for (const auto& other : {unknown, impossible}) {
        EXPECT_EQ(other.status, known.status);
        EXPECT_EQ(other.headers, known.headers);
        EXPECT_EQ(other.body, known.body);
    }
}

TEST_F(Throttle, RefusesBeforeAnythingIsHashed) {
    (void)exhaust("johndoe");
    const auto before = app->hashing().metrics().verified.load();
    EXPECT_EQ(attempt("johndoe", "secret", "198.51.100.99").status, 429U);
    EXPECT_EQ(app->hashing().metrics().verified.load(), before);
}

TEST_F(Throttle, LetsTheOwnersBrowserInWhileStrangersAreRefused) {
    const auto login = attempt("johndoe", "secret", "203.0.113.1");
    ASSERT_EQ(login.status, 200U);
    EXPECT_THAT(login.header("Set-Cookie"), StartsWith("latchkey_device="));
    EXPECT_THAT(login.header("Set-Cookie"), HasSubstr("; HttpOnly; SameSite=Strict"));
    EXPECT_EQ(exhaust("johndoe").status, 429U);
    EXPECT_EQ(attempt("johndoe", "secret", "203.0.113.2").status, 429U);
    const auto again = attempt("johndoe", "secret", "203.0.113.2", cookie_of(login));
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.header("Set-Cookie"), "") << "its mark is fresh";
}

TEST_F(Throttle, LetsTheOwnerInFromWhereTheyLoggedInBefore) {
    ASSERT_EQ(attempt("johndoe", "secret", "203.0.113.1").status, 200U);
    EXPECT_EQ(exhaust("johndoe").status, 429U);
    EXPECT_EQ(attempt("johndoe", "secret", "203.0.113.1").status, 200U);
}

TEST_F(Throttle, LetsTheOwnerInWithTheRefreshTokenOfALoginBefore) {
    const auto refresh = [&](const std::string& token) {
        return app.send(post_form("/token", "grant_type=refresh_token&refresh_token=" + token));
    };
    const auto first = attempt("johndoe", "secret", "203.0.113.1").text("refresh_token");
    const auto second = refresh(first).text("refresh_token");
    (void)exhaust("johndoe");
    EXPECT_EQ(attempt("johndoe", "secret", "203.0.113.2").status, 429U);
    EXPECT_EQ(attempt("johndoe", "secret&refresh_token=" + second, "203.0.113.2").status, 200U);
    app.clock.advance(1h);
    EXPECT_EQ(attempt("johndoe", "secret&refresh_token=" + first, "203.0.113.3").status, 200U);
    EXPECT_EQ(refresh(second).status, 200U) << "a login with them is no use of them";
    app.clock.advance(24h * 90);
    (void)exhaust("johndoe");
    EXPECT_EQ(attempt("johndoe", "secret", "203.0.113.4").status, 429U);
    EXPECT_EQ(attempt("johndoe", "secret&refresh_token=" + second, "203.0.113.4").status, 200U)
        << "its session is long over";
}

TEST_F(Throttle, TakesNoRefreshTokenOfAnotherAccountOrOfNobody) {
    const auto janes = attempt("jane", "secret", "203.0.113.1").text("refresh_token");
    auto forged = attempt("johndoe", "secret", "203.0.113.1").text("refresh_token");
    (void)exhaust("johndoe");
    forged[45] = forged[45] == 'A' ? 'B' : 'A';
    for (const auto& token : {janes, forged, std::string("nonsense"), std::string()})
        EXPECT_EQ(attempt("johndoe", "secret&refresh_token=" + token, "203.0.113.2").status, 429U) << token;
}

TEST_F(Throttle, TakesNoMarkOfAnotherAccount) {
    const auto login = attempt("jane", "secret", "203.0.113.1");
    (void)exhaust("johndoe");
    EXPECT_EQ(attempt("johndoe", "secret", "203.0.113.1", cookie_of(login)).status, 429U);
}

TEST_F(Throttle, MarksTheCookieSecureBehindTls) {
    const auto login = attempt("johndoe", "secret", "203.0.113.1", "X-Forwarded-Proto: https\r\n");
    EXPECT_THAT(login.header("Set-Cookie"), HasSubstr("; Secure"));
    EXPECT_THAT(attempt("johndoe", "secret", "203.0.113.1").header("Set-Cookie"), Not(HasSubstr("; Secure")));
}

TEST_F(Throttle, StopsNobodyWhoseSessionIsOpenFromChangingThePassword) {
    const auto token = attempt("johndoe", "secret", "203.0.113.1").text("access_token");
    (void)exhaust("johndoe");
    const std::string body = R"({"current_password":"secret","password":"correct horse battery"})";
    const auto change = [&](const std::string& json) {
        return app.send("PUT /users/me/password HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                        test::bearer(token) + "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
                        json);
    };
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(change(R"({"current_password":"no)" + std::to_string(i) + R"(","password":"x"})").status,
                  400U);
    const auto refusal = change(body);
    EXPECT_EQ(refusal.status, 429U);
    EXPECT_EQ(refusal.header("Retry-After"), "300");
    app.clock.advance(300s);
    EXPECT_EQ(change(body).status, 204U);
}

TEST(ThrottleSwitchedOff, RefusesNothing) {
    config::settings s;
    s.throttle.enabled = false;
    test::running_service app{s};
    app.add_user("johndoe", "secret");
    for (int i = 0; i < 30; ++i)
        EXPECT_EQ(app.log_in("username=johndoe&password=wrong" + std::to_string(i)).status, 400U);
    EXPECT_EQ(app.log_in().header("Set-Cookie"), "");
}

}  // namespace
}  // namespace latchkey
