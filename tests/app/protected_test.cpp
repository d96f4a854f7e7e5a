#include <gmock/gmock.h>

#include "support/running_service.hpp"

// Protected resources as DESIGN.md section 2.2 has them.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using testing::HasSubstr;

class Protected : public testing::Test {
protected:
    Protected() { app.add_user("johndoe", "secret", {"items"}); }
    test::running_service app;
};

TEST_F(Protected, ItemsEchoesTheTokenUnderBothSpellings) {
    const auto token = app.token();
    for (const std::string path : {"/items/", "/items"}) {
        const auto answer = app.send(get(path, bearer(token)));
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, R"({"token":")" + token + R"("})");
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    }
}

TEST_F(Protected, TheSchemeHasNoCaseAndBlanksAreTrimmed) {
    EXPECT_EQ(app.send(get("/items/", "Authorization: bEARER   " + app.token() + "  \r\n")).status, 200U);
}

TEST_F(Protected, WithoutCredentialsTheChallengeNamesNoError) {
    for (const std::string header : {"", "Authorization: Basic Og==\r\n", "Authorization: Bearer\r\n"}) {
        const auto answer = app.send(get("/items/", header));
        EXPECT_EQ(answer.status, 401U) << header;
        EXPECT_EQ(answer.header("WWW-Authenticate"), R"(Bearer realm="latchkey")") << header;
        EXPECT_EQ(answer.body, R"({"detail":"Not authenticated"})") << header;
    }
}

TEST_F(Protected, RefusesAForgedToken) {
    auto token = app.token();
    token.back() = token.back() == 'A' ? 'B' : 'A';
    for (const auto& bad :
         {token, std::string("junk"), std::string("a.b.c"), std::string("eyJhbGciOiJub25lIn0.e30.")}) {
        const auto answer = app.send(get("/items/", bearer(bad)));
        EXPECT_EQ(answer.status, 401U) << bad;
        EXPECT_THAT(answer.header("WWW-Authenticate"), HasSubstr(R"(error="invalid_token")")) << bad;
        EXPECT_EQ(answer.text("error"), "invalid_token") << bad;
    }
}

TEST_F(Protected, RefusesAGoodTokenWithAnythingElseAboutIt) {
    const auto token = app.token();
    const auto middle = token.find('.') + 1;
    for (const std::string extra :
         {"=", "==", " a", "\"", ",", "%3D", "\t.", "\xC3\xA9", "/", "+", "~", "Bearer "}) {
        for (const auto& bad :
             {token + extra, extra + token, token.substr(0, middle) + extra + token.substr(middle)}) {
            if (bad.back() == ' ' || bad.front() == ' ') continue;  // trimmed
            const auto answer = app.send(get("/items/", bearer(bad)));
            EXPECT_EQ(answer.status, 401U) << bad;
            EXPECT_EQ(answer.text("error"), "invalid_token") << bad;
        }
    }
}

TEST_F(Protected, RefusesATokenInTheSecondItExpires) {
    const auto token = app.token();
    app.clock.advance(std::chrono::milliseconds(899'999));
    EXPECT_EQ(app.send(get("/items/", bearer(token))).status, 200U);
    app.clock.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(app.send(get("/items/", bearer(token))).text("error_description"), "The access token expired");
}

TEST_F(Protected, RefusesTwoCredentialsAtOnce) {
    const auto token = app.token();
    EXPECT_EQ(app.send(get("/items/", bearer(token) + bearer(token))).status, 400U);
}

TEST_F(Protected, MeIsTheAccountOfTheTokensSubject) {
    const auto answer = app.send(get("/users/me", bearer(app.token())));
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.text("username"), "johndoe");
    EXPECT_EQ(answer.text("id"), app.id_of("johndoe").value.text());
    EXPECT_FALSE(answer.json().as_object().contains("email"));
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("argon2")));
    EXPECT_EQ(app.send(get("/users/me")).status, 401U);
}

TEST_F(Protected, DisablingAUserEndsTheirTokensAtOnceAndForGood) {
    const auto token = app.token();
    const auto id = app.id_of("johndoe");
    app.clock.advance(std::chrono::milliseconds(5));
    run_task(app->users().set_disabled(id, true)).value();
    EXPECT_EQ(app.send(get("/items/", bearer(token))).text("error_description"),
              "The access token was revoked");
    app.clock.advance(std::chrono::milliseconds(5));
    run_task(app->users().set_disabled(id, false)).value();
    EXPECT_EQ(app.send(get("/items/", bearer(token))).status, 401U);
    app.clock.advance(std::chrono::milliseconds(5));
    EXPECT_EQ(app.send(get("/items/", bearer(app.token()))).status, 200U);
}

TEST_F(Protected, ANewPasswordEndsTheTokensOfTheOld) {
    const auto token = app.token();
    app.clock.advance(std::chrono::milliseconds(5));
    run_task(app->users().set_password(
                 app.id_of("johndoe"),
                 "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + std::string(43, 'A')))
        .value();
    EXPECT_EQ(app.send(get("/items/", bearer(token))).status, 401U);
}

TEST_F(Protected, DeletingAUserEndsTheirTokens) {
    const auto token = app.token();
    run_task(app->users().remove(app.id_of("johndoe"))).value();
    EXPECT_EQ(app.send(get("/items/", bearer(token))).status, 401U);
}

}  // namespace
}  // namespace latchkey
