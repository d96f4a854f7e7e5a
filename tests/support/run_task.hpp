#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>

#include "base/task.hpp"

namespace latchkey::test {

/// Runs a task on an io_context of its own until it ends, and returns its value.
template <class T>
T run(task<T> work) {
    asio::io_context context;
    std::optional<T> value;
    std::exception_ptr failure;
    asio::co_spawn(strand{context.get_executor()}, std::move(work), [&](std::exception_ptr e, T v) {
        failure = e;
        if (!e) value.emplace(std::move(v));
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    if (!value) throw std::logic_error("the task never ended");
    return std::move(*value);
}

} // namespace latchkey::test
