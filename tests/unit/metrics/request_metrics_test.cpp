#include "metrics/request_metrics.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace latchkey::metrics {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct RequestMetrics : testing::Test {
    request_metrics requests{{{"GET", "/items/"}, {"POST", "/token"}}};

    std::string page() const {
        std::string out;
        exposition to(out, format::prometheus);
        requests.write(to);
        return out;
    }
};

TEST_F(RequestMetrics, CountsByEndpointAndStatus) {
    requests.end(0, 200, requests.begin());
    requests.end(0, 200, requests.begin());
    requests.end(1, 400, requests.begin());
    const auto text = page();
    EXPECT_THAT(text,
                HasSubstr("http_server_request_duration_seconds_count{http_response_status_code=\"200\","
                          "http_request_method=\"GET\",http_route=\"/items/\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("_count{http_response_status_code=\"400\",http_request_method=\"POST\","
                                "http_route=\"/token\"} 1\n"));
}

TEST_F(RequestMetrics, PutsADurationIntoTheBucketThatHoldsIt) {
    requests.end(0, 200, requests.begin() - 3s);
    const auto text = page();
    EXPECT_THAT(text, HasSubstr("le=\"2.5\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("le=\"5\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 1\n"));
}

TEST_F(RequestMetrics, NamesNoRouteForWhatNoEndpointTook) {
    requests.end(requests.no_endpoint(), 404, requests.begin());
    requests.end(requests.no_endpoint(), 299, requests.begin());
    const auto text = page();
    EXPECT_THAT(text,
                HasSubstr("_count{http_response_status_code=\"404\",http_request_method=\"_OTHER\"} 1\n"));
    EXPECT_THAT(text,
                HasSubstr("_count{http_response_status_code=\"_OTHER\",http_request_method=\"_OTHER\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("http_route")));
}

TEST_F(RequestMetrics, KnowsWhatIsBeingAnswered) {
    const auto one = requests.begin();
    requests.begin();
    EXPECT_THAT(page(), HasSubstr("http_server_active_requests 2\n"));
    requests.end(0, 200, one);
    EXPECT_THAT(page(), HasSubstr("http_server_active_requests 1\n"));
}

TEST_F(RequestMetrics, LosesNoneOfManyThreads) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 12; ++t)
        threads.emplace_back([this] {
            for (int i = 0; i < 1'000; ++i)
                requests.end(0, 200, requests.begin());
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_THAT(page(), HasSubstr("http_route=\"/items/\"} 12000\n"));
}

}  // namespace
}  // namespace latchkey::metrics
