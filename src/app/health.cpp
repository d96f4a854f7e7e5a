#include "app/health.hpp"

namespace latchkey::app {

void answer_alive(http::response& response) {
    response.add_lines("Cache-Control: no-store\r\n");
    response.body("application/json").append(R"({"status":"ok"})");
}

void answer_ready(bool ready, http::response& response) {
    if (ready) return answer_alive(response);
    response.status(503);
    response.add_lines("Cache-Control: no-store\r\nRetry-After: 1\r\n");
    response.body("application/json")
        .append(R"({"status":"unavailable","detail":"starting, draining, or the store does not answer"})");
}

}  // namespace latchkey::app
