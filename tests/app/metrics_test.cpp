#include <gmock/gmock.h>

#include "support/running_service.hpp"

// GET /metrics on the management port.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
using test::post_form;
using testing::HasSubstr;
using testing::Not;

struct Metrics : testing::Test {
    test::running_service app;

    test::answer read(std::string_view headers = "") {
        return test::exchange(app->management_handler(), get("/metrics", headers));
    }
};

TEST_F(Metrics, CountRequestsTokensAndVerifications) {
    app.add_user("johndoe", "secret");
    app.send(get("/items/", bearer(app.token())));
    app.send(get("/items/", bearer("junk")));
    app.log_in("username=johndoe&password=wrong");
    app.log_in("grant_type=strange");
    app.send(get("/nothing/johndoe"));
    const auto page = read();
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    for (const auto* line :
         {"http_server_request_duration_seconds_count{http_response_status_code=\"200\",http_request_method="
          "\"GET\","
          "http_route=\"/items/\"} 1\n",
          "http_server_request_duration_seconds_count{http_response_status_code=\"401\",http_request_method="
          "\"GET\","
          "http_route=\"/items/\"} 1\n",
          "http_server_request_duration_seconds_count{http_response_status_code=\"404\",http_request_method="
          "\"_OTHER\"} 1\n",
          "http_server_active_requests 0\n", "latchkey_token_verifications_total{outcome=\"success\"} 1\n",
          "latchkey_token_verifications_total{outcome=\"malformed_token\"} 1\n",
          "latchkey_token_requests_total{outcome=\"success\",grant_type=\"password\"} 1\n",
          "latchkey_token_requests_total{outcome=\"invalid_credentials\",grant_type=\"password\"} 1\n",
          "latchkey_token_requests_total{outcome=\"unsupported_grant_type\",grant_type=\"unknown\"} 1\n",
          "latchkey_hashing_computed_total{purpose=\"verify\"} 2\n",
          "latchkey_hashing_answer_groups_total 2\n", "latchkey_signing_keys 1\n", "latchkey_store_up 1\n",
          "latchkey_draining 0\n"})
        EXPECT_THAT(page.body, HasSubstr(line));
}

TEST_F(Metrics, CountWhatTokensThatWereAskedAboutProvedToBe) {
    app.add_user("johndoe", "secret", {"introspect"});
    const auto login = app.log_in();
    const auto ask = [&](const std::string& token) {
        return app.send(post_form("/introspect", "token=" + token, bearer(login.text("access_token"))))
            .status;
    };
    EXPECT_EQ(ask(login.text("access_token")), 200U);
    EXPECT_EQ(ask(login.text("refresh_token")), 200U);
    EXPECT_EQ(ask("junk"), 200U);
    const auto page = read();
    EXPECT_THAT(page.body, HasSubstr("latchkey_introspections_total{active=\"true\"} 2\n"));
    EXPECT_THAT(page.body, HasSubstr("latchkey_introspections_total{active=\"false\"} 1\n"));
}

TEST_F(Metrics, TellWhatTheLaneCanDoAndWhenKeysAreDue) {
    app.clock.advance(std::chrono::minutes(1));
    const auto page = read();
    for (const auto* line :
         {"latchkey_hashing_threads ", "latchkey_hashing_queue_limit 256\n",
          "latchkey_signing_key_age_seconds 60\n", "latchkey_signing_key_lifetime_seconds 7776000\n",
          "latchkey_key_rotation_failures_total 0\n", "latchkey_build_info{version=\"", "commit=\""})
        EXPECT_THAT(page.body, HasSubstr(line));
}

TEST_F(Metrics, CountWhatTheThrottleSays) {
    app.add_user("johndoe", "secret");
    app.log_in();
    for (int i = 0; i < 12; ++i)
        app.log_in("username=nobody&password=wrong" + std::to_string(i));
    for (int i = 0; i < 2; ++i)
        app.log_in("username=johndoe&password=wrong");
    const auto page = read();
    for (const auto* line : {"latchkey_throttle_attempts_total{outcome=\"admitted\"} 13\n",
                             "latchkey_throttle_attempts_total{outcome=\"refused_by_account\"} 2\n",
                             "latchkey_throttle_attempts_total{outcome=\"refused_by_address\"} 0\n",
                             "latchkey_throttle_failures_total{kind=\"charged\"} 11\n",
                             "latchkey_throttle_failures_total{kind=\"repeat\"} 1\n"})
        EXPECT_THAT(page.body, HasSubstr(line));
}

TEST_F(Metrics, SayNothingOfAThrottleThatIsOff) {
    config::settings s;
    s.throttle.enabled = false;
    test::running_service open(s);
    EXPECT_THAT(test::exchange(open->management_handler(), get("/metrics")).body, Not(HasSubstr("throttle")));
}

TEST_F(Metrics, CountSessionsAndWhatBecomesOfThem) {
    app.add_user("johndoe", "secret");
    const auto refresh = [&](const test::answer& with) {
        return app.send(test::post_form(
            "/token", "grant_type=refresh_token&refresh_token=" + with.text("refresh_token")));
    };
    const auto first = app.log_in();
    const auto second = refresh(first);
    EXPECT_EQ(refresh(first).status, 200U);  // inside the reuse window
    app.clock.advance(std::chrono::minutes(1));
    EXPECT_EQ(refresh(first).status, 400U);
    const auto other = app.log_in();
    app.send(test::post_form("/revoke", "token=" + other.text("refresh_token")));
    const auto idle = app.log_in();
    app.clock.advance(std::chrono::hours(24 * 15));
    EXPECT_EQ(refresh(idle).status, 400U);
    const auto page = read();
    for (const auto* line :
         {"latchkey_sessions_opened_total 3\n", "latchkey_session_refreshes_total{outcome=\"rotated\"} 1\n",
          "latchkey_session_refreshes_total{outcome=\"repeated\"} 1\n",
          "latchkey_session_refreshes_total{outcome=\"reuse_detected\"} 1\n",
          "latchkey_session_refreshes_total{outcome=\"expired\"} 1\n", "latchkey_sessions_ended_total 1\n"})
        EXPECT_THAT(page.body, HasSubstr(line));
}

TEST_F(Metrics, TimeTheStore) {
    app.add_user("johndoe", "secret");
    app.log_in();
    const auto body = read().body;
    EXPECT_THAT(body, HasSubstr("latchkey_store_waiting{lane=\"write\"} 0\n"));
    EXPECT_THAT(body, HasSubstr("latchkey_store_refused_total{lane=\"read\"} 0\n"));
    EXPECT_THAT(body, Not(HasSubstr("latchkey_store_operations_total{lane=\"write\"} 0\n")));
    EXPECT_THAT(body, Not(HasSubstr("latchkey_store_operations_total{lane=\"read\"} 0\n")));
    EXPECT_THAT(body, Not(HasSubstr("latchkey_store_batch_duration_seconds_count{lane=\"write\"} 0\n")));
}

TEST_F(Metrics, NameNobody) {
    app.add_user("johndoe", "secret");
    app.log_in();
    app.send(get("/users/johndoe"));
    EXPECT_THAT(read().body, Not(HasSubstr("johndoe")));
}

TEST_F(Metrics, AreOpenMetricsForWhoAsks) {
    const auto page = read("Accept: application/openmetrics-text; version=1.0.0\r\n");
    EXPECT_EQ(page.header("Content-Type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_TRUE(page.body.ends_with("# EOF\n"));
}

TEST_F(Metrics, AreNotOnThePublicPort) {
    EXPECT_EQ(app.send(get("/metrics")).status, 404U);
}

}  // namespace
}  // namespace latchkey
