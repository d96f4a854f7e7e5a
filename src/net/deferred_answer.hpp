#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <utility>

#include "base/task.hpp"
#include "net/io_lane.hpp"

namespace latchkey::net {

/// An answer that waits for another lane: made on its lane's second thread, on a strand of its own, while its
/// connection waits on the first. All members are for that one.
class deferred_answer {
public:
    explicit deferred_answer(io_lane&);
    deferred_answer(const deferred_answer&) = delete;
    deferred_answer& operator=(const deferred_answer&) = delete;

    class wait;
    /// `auto made = answer.make(task); co_await made;` waits until the task has ended, and throws what that
    /// has thrown. (Named: g++ 12 miscompiles a temporary here.)
    wait make(task<void> rest);

    /// Whoever waits for the answer has left: tells those who are waited for. More than once is once.
    void cancel();

private:
    struct shared;
    io_lane& lane_;
    std::shared_ptr<shared> shared_;  ///< with the thread that makes the answer
    bool cancelled_ = false;
};

class deferred_answer::wait {
public:
    wait(const wait&) = delete;  // who ends it knows its address
    wait& operator=(const wait&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waits);
    void await_resume() const {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    friend class deferred_answer;
    struct end;
    wait(const deferred_answer& answer, task<void> rest) : answer_(answer), rest_(std::move(rest)) {}

    const deferred_answer& answer_;
    task<void> rest_;
    std::exception_ptr failure_;
};

}  // namespace latchkey::net
