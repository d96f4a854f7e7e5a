#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace latchkey {

namespace asio = boost::asio;

/// Where a request's work runs that waits for another lane. It is part of the type of the coroutine, so that
/// no lock is needed and Asio needs no type erasure.
using strand = asio::strand<asio::io_context::executor_type>;

/// A coroutine that runs on a strand.
template <class T>
using task = asio::awaitable<T, strand>;

inline constexpr asio::use_awaitable_t<strand> use_task{};

/// A value that another lane (hashing, store) owes to a waiting coroutine. Calling it posts the value to the
/// strand that waits; until then it counts as outstanding work of that strand's io_context. Call it once,
/// from any thread.
template <class T>
class completion {
public:
    using handler = asio::any_completion_handler<void(T)>;

    completion(const strand& waits_on, handler h)
        : strand_(asio::prefer(waits_on, asio::execution::outstanding_work.tracked)),
          handler_(std::move(h)) {}

    void operator()(T value) {
        asio::post(strand_,
                   [h = std::move(handler_), v = std::move(value)]() mutable { std::move(h)(std::move(v)); });
    }

private:
    using tracked_strand = std::decay_t<decltype(asio::prefer(std::declval<strand>(),
                                                              asio::execution::outstanding_work.tracked))>;
    tracked_strand strand_;
    handler handler_;
};

/// Suspends the calling coroutine, hands its completion to `start`, and yields what the completion is called
/// with.
///
///     auto verdict = co_await await_completion<result<bool>>([&](completion<result<bool>> done) {
///     lane.push(std::move(done)); });
template <class T, class Start>
task<T> await_completion(Start start) {
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<strand>, void(T)>(
        [](auto waiting, Start begin) {
            const strand on = asio::get_associated_executor(waiting);
            begin(completion<T>(on, std::move(waiting)));
        },
        use_task, std::move(start));
}

}  // namespace latchkey
