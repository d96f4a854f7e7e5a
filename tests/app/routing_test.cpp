#include <gmock/gmock.h>

#include "support/running_service.hpp"

// Methods, root_path, CORS and health as DESIGN.md sections 2.4 and 3 have them.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using test::post_form;

TEST(Routing, AnswersUnknownPathsAndMethodsAsJson) {
    test::running_service app;
    const auto missing = app.send(get("/nothing"));
    EXPECT_EQ(missing.status, 404U);
    EXPECT_EQ(missing.body, R"({"detail":"Not Found"})");
    const auto wrong = app.send(get("/token"));
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(wrong.header("Allow"), "POST, OPTIONS");
    EXPECT_EQ(app.send(post_form("/items/", "")).header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(app.send("BREW /items/ HTTP/1.1\r\nHost: x\r\n\r\n").status, 405U);
}

TEST(Routing, AnswersOptionsWithAllow) {
    test::running_service app;
    const auto answer = app.send("OPTIONS /items/ HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(app.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status, 204U);
}

TEST(Routing, HeadIsGuardedLikeGet) {
    test::running_service app;
    app.add_user("johndoe", "secret");
    EXPECT_EQ(app.send("HEAD /items/ HTTP/1.1\r\nHost: x\r\n\r\n").status, 401U);
    EXPECT_EQ(app.send("HEAD /items/ HTTP/1.1\r\nHost: x\r\n" + bearer(app.token()) + "\r\n").status, 200U);
}

TEST(Routing, DoesNotReachAGuardedPathByAnotherSpelling) {
    test::running_service app;
    for (const std::string path : {"/items//", "//items/", "/Items/", "/items/."})
        EXPECT_NE(app.send(get(path)).status, 200U) << path;
    EXPECT_EQ(app.send(get("/%69tems/")).status, 401U);  // the same path: still guarded
    EXPECT_EQ(app.send(get("/x/../items/")).status, 401U);
}

TEST(Routing, WorksUnderARootPathThatAProxyStripsOrNot) {
    config::settings s;
    s.server.root_path = "/api/v1";
    test::running_service app(s);
    app.add_user("johndoe", "secret");
    const auto token = app.token();
    EXPECT_EQ(app.send(get("/api/v1/items/", bearer(token))).status, 200U);
    EXPECT_EQ(app.send(get("/items/", bearer(token))).status, 200U);
    EXPECT_EQ(app.send(get("/api/v1items/", bearer(token))).status, 404U);
    EXPECT_EQ(app.send(get("/api/v1", bearer(token))).status, 404U);
}

TEST(Routing, LetsAllowedOriginsInAndNoOthers) {
    config::settings s;
    s.cors.origins = {"https://app.example"};
    test::running_service app(s);
    const std::string preflight =
        "OPTIONS /token HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\n"
        "Access-Control-Request-Headers: content-type\r\nOrigin: ";
    const auto allowed = app.send(preflight + "https://app.example\r\n\r\n");
    EXPECT_EQ(allowed.status, 204U);
    EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "https://app.example");
    const auto refused = app.send(preflight + "https://evil.example\r\n\r\n");
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), "");

    const auto answer = app.send(get("/items/", "Origin: https://app.example\r\n"));
    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://app.example");
    EXPECT_THAT(answer.header("Access-Control-Expose-Headers"), testing::HasSubstr("WWW-Authenticate"));
    EXPECT_THAT(answer.header("Vary"), testing::HasSubstr("Origin"));
}

TEST(Routing, ReadinessEndsWhenDrainingBegins) {
    test::running_service app;
    EXPECT_EQ(test::exchange(app->management_handler(), get("/livez")).status, 200U);
    EXPECT_EQ(test::exchange(app->management_handler(), get("/readyz")).status, 200U);
    app->draining() = true;
    EXPECT_EQ(test::exchange(app->management_handler(), get("/readyz")).status, 503U);
    EXPECT_EQ(test::exchange(app->management_handler(), get("/livez")).status, 200U);
    EXPECT_EQ(test::exchange(app->management_handler(), get("/token")).status, 404U);
}

}  // namespace
}  // namespace latchkey
