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
    /// Fills `out`, or returns the task that will. Runs on the connection's strand; request and response stay
    /// valid until the task has ended. What it throws is answered with 500.
    virtual std::optional<task<void>> handle(http::request&, http::response& out) = 0;
};

}  // namespace latchkey::net
