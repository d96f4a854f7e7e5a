#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <optional>
#include <stdexcept>

#include "base/task.hpp"

namespace latchkey::cli {

/// Runs a task on an io_context of its own, in the calling thread, until it ends.
template <class T>
T run_to_end(task<T> work) {
    asio::io_context context(1);
    std::optional<T> value;
    std::exception_ptr failure;
    // Named: g++ 12 miscompiles temporaries in a lambda passed to co_spawn.
    auto take = [&](std::exception_ptr e, T v) {
        failure = e;
        if (!e) value.emplace(std::move(v));
    };
    asio::co_spawn(strand{context.get_executor()}, std::move(work), take);
    context.run();
    if (failure) std::rethrow_exception(failure);
    if (!value) throw std::logic_error("a task was given up");
    return std::move(*value);
}

}  // namespace latchkey::cli
