#include <gmock/gmock.h>

#include "support/running_service.hpp"

// GET /metrics on the management port.
namespace latchkey {
namespace {

using test::bearer;
using test::get;
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
          "latchkey_hashing_computed_total{purpose=\"verify\"} 2\n", "latchkey_signing_keys 1\n",
          "latchkey_store_up 1\n", "latchkey_draining 0\n"})
        EXPECT_THAT(page.body, HasSubstr(line));
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
