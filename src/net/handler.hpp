#pragma once

#include <optional>

#include "base/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace latchkey::net {

/// The one thing that net knows of the rest of the program: request in, response out.
class handler {
public:
    virtual ~handler() = default;
    /// Fills `out` on the thread of the connection's lane, or returns the task that will: that runs on the
    /// lane's thread for deferred answers, on a strand of its own. Request and response stay valid until the
    /// task has ended, and are nobody else's. What either throws is answered with 500. When the client stops
    /// sending meanwhile (it has gone, or has closed its side and still reads), the task's cancellation slot
    /// is emitted on, and the task is awaited all the same: it may cut its work short, but what it answers
    /// is sent.
    virtual std::optional<task<void>> handle(http::request&, http::response& out) = 0;
};

}  // namespace latchkey::net
