#include "net/deferred_answer.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace latchkey::net {
namespace {

/// Cancellation tells those who wait for it, and throws nothing into the rest.
task<void> told_of_cancellation(task<void> answer) {
    co_await asio::this_coro::throw_if_cancelled(false);
    // clang 14 sees a coroutine's parameter twice: NOLINTNEXTLINE(bugprone-use-after-move)
    co_await std::move(answer);
}

}  // namespace

struct deferred_answer::shared {
    explicit shared(strand s) : on(std::move(s)) {}
    const strand on;
    asio::cancellation_signal left;  ///< emitted on the strand
};

/// Runs on the strand, and has the connection's thread told. Without the memory for that the process ends, as
/// it does where another lane has none for a completion. Not a lambda with a slot bound to it: Asio
/// dispatches what is emitted for that one, through a pointer which it takes for granted to live.
struct deferred_answer::wait::end {
    using cancellation_slot_type = asio::cancellation_slot;
    wait& of;
    std::coroutine_handle<> waits;
    std::shared_ptr<shared> with;

    cancellation_slot_type get_cancellation_slot() const noexcept { return with->left.slot(); }
    void operator()(std::exception_ptr e) const {
        of.answer_.lane_.post([&ended = of, w = waits, failure = std::move(e)]() mutable {
            ended.failure_ = std::move(failure);
            w.resume();
        });
    }
};

deferred_answer::deferred_answer(io_lane& lane)
    : lane_(lane), shared_(std::make_shared<shared>(lane.make_strand())) {}

deferred_answer::wait deferred_answer::make(task<void> rest) {
    return wait(*this, std::move(rest));
}

void deferred_answer::cancel() {
    if (std::exchange(cancelled_, true)) return;
    asio::post(shared_->on, [of = shared_] { of->left.emit(asio::cancellation_type::terminal); });
}

void deferred_answer::wait::await_suspend(std::coroutine_handle<> waits) {
    auto answer = told_of_cancellation(std::move(rest_));  // named: g++ 12 miscompiles a temporary here
    asio::co_spawn(answer_.shared_->on, std::move(answer), end{*this, waits, answer_.shared_});
}

}  // namespace latchkey::net
