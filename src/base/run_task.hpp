#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/task.hpp"

namespace latchkey {

/// Runs a task on an io_context of its own and waits for its value: for commands and start-up, never for a
/// request. What the task throws is thrown here.
template <class T>
T run_task(task<T> work) {
    asio::io_context context;
    std::optional<T> value;
    std::exception_ptr failure;
    const auto on_end = [&](std::exception_ptr e, T v) {
        failure = e;
        if (!e) value.emplace(std::move(v));
    };
    asio::co_spawn(strand{context.get_executor()}, std::move(work), on_end);
    context.run();
    if (failure) std::rethrow_exception(failure);
    if (!value) throw std::logic_error("a task was abandoned");
    return std::move(*value);
}

}  // namespace latchkey
