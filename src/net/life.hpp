#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace latchkey::net {

/// The coroutine of a connection: begins at once, runs on the thread that resumes it, and frees itself at its
/// end. Whoever ends it before that calls destroy() on its handle while it waits. It must not throw.
struct life {
    struct promise_type {
        life get_return_object() noexcept {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
    std::coroutine_handle<> handle;  ///< until the end of the coroutine
};

namespace detail {

template <class T>
struct part_result {
    void return_value(T v) noexcept { value = std::move(v); }
    T take() { return std::move(value); }
    T value{};
};
template <>
struct part_result<void> {
    void return_void() const noexcept {}
    void take() const noexcept {}
};

}  // namespace detail

/// A part of a life, with waits of its own: `co_await part()`. Costs an allocation, so what every request
/// does is no part.
template <class T>
class [[nodiscard]] part {
public:
    struct promise_type : detail::part_result<T> {
        part get_return_object() noexcept {
            return part(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        auto final_suspend() const noexcept {
            struct back {
                bool await_ready() const noexcept { return false; }
                std::coroutine_handle<> await_suspend(
                    std::coroutine_handle<promise_type> ended) const noexcept {
                    return ended.promise().awaits;
                }
                void await_resume() const noexcept {}
            };
            return back{};
        }
        void unhandled_exception() noexcept { failure = std::current_exception(); }

        std::coroutine_handle<> awaits;
        std::exception_ptr failure;
    };

    part(part&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    part& operator=(part&&) = delete;
    ~part() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaits) noexcept {
        handle_.promise().awaits = awaits;
        return handle_;
    }
    T await_resume() {
        auto& ended = handle_.promise();
        if (ended.failure) std::rethrow_exception(ended.failure);
        return ended.take();
    }

private:
    explicit part(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
};

}  // namespace latchkey::net
