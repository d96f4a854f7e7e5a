#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.hpp"
#include "base/doorbell.hpp"
#include "base/task.hpp"
#include "net/draft.hpp"
#include "net/lane_member.hpp"

namespace latchkey::net {

/// Something whose descriptor a lane watches. Only the lane's thread calls it.
class watched {
public:
    /// `events`: of epoll_wait(2), since the last call. May destroy this object.
    virtual void ready(std::uint32_t events) = 0;

protected:
    ~watched() = default;
};

/// One thread's connections and what happens to them: an epoll loop for their sockets, and an io_context for
/// the coroutines that wait for another lane, each answer's on a strand of its own. Because a single thread
/// runs all of it, nothing here needs a lock.
///
/// Sockets are not left to Asio's reactor: before each wait that one tries to read, once for every request in
/// vain, and it takes locks for its descriptors, its queue and the strand where one thread owns them all.
/// That is a tenth of a verified request. Other threads post to the io_context and ring (base/doorbell.hpp);
/// Asio's own timers and sockets would not be served here.
class io_lane {
public:
    using clock = std::chrono::steady_clock;
    io_lane();  ///< throws std::system_error when the system has no more descriptors
    io_lane(const io_lane&) = delete;
    io_lane& operator=(const io_lane&) = delete;
    ~io_lane();

    /// Runs until stop(). Call it from one thread.
    void run();

    // Thread-safe.
    void stop();
    /// Lets the lane's thread call `work`.
    template <class Work>
    void post(Work work) {
        asio::post(context_, std::move(work));
        ring();
    }
    /// Passes on to every member of the lane, now and (drain) to come.
    void drain(clock::time_point last_call);
    void abort_all();

    // What follows is for the lane's own thread, or before it runs.

    /// Tells `who` of `events` (epoll_ctl(2)) until unwatch(). Throws std::system_error.
    void watch(int descriptor, std::uint32_t events, watched& who);
    /// Changes the events of one that is watched.
    void watch_for(int descriptor, std::uint32_t events, watched& who);
    /// Before the descriptor is closed and `who` goes, who is told of nothing any more, seen already or not.
    /// Closing would not do: another process may have the socket as well (inherited_sockets.hpp).
    void unwatch(int descriptor, const watched& who) noexcept;
    /// The same where nobody else has the descriptor, and it is about to be closed.
    void forget(const watched& who) noexcept;
    void enrol(lane_member&);
    /// The member's deadline is earlier than it was (member_wheel::look_by).
    void look_by(lane_member& member, clock::time_point when) noexcept { members_.look_by(member, when); }
    strand make_strand() { return strand{context_.get_executor()}; }
    /// Something was posted to the io_context by the lane's own thread.
    void expect_posted() noexcept { posted_ = true; }

    /// `co_await lane.turn()`: everybody else who is ready goes first.
    auto turn() noexcept { return turn_awaiter{*this}; }

    std::unique_ptr<draft> take_draft();
    /// Wipes it.
    void give_back(std::unique_ptr<draft>) noexcept;

    /// The time of the last beat: exact enough for deadlines, and free.
    clock::time_point now() const noexcept { return now_; }
    /// The Date field's value (RFC 9110 section 5.6.7), renewed every second.
    std::string_view date() const noexcept { return date_; }

private:
    class ticker;
    class bell;
    struct turn_awaiter {
        io_lane& lane;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waits) const { lane.turns_.push_back(waits); }
        void await_resume() const noexcept {}
    };

    void control(int operation, int descriptor, std::uint32_t events, watched& who);
    void wait_for_events();
    void tell_of_events();
    void run_posted();
    void ring() noexcept;
    void take_turns();
    void keep_deadlines();
    void renew_date();

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    descriptor epoll_;
    clock::time_point now_ =
        clock::now();  ///< before the ticker: its ticks must not come before the wheel's beats
    std::unique_ptr<ticker> ticker_;
    std::shared_ptr<bell> bell_;
    std::vector<std::coroutine_handle<>> turns_;
    std::array<epoll_event, 256> events_;  ///< of this turn; those in `seen_` are still to be told of
    std::span<epoll_event> seen_;
    std::vector<std::unique_ptr<draft>> drafts_;  ///< spare ones, the last used last
    member_wheel members_{now_};
    std::chrono::sys_seconds date_second_{};
    std::string date_;
    bool posted_ = false;  ///< to the io_context, by this thread
    bool beat_ = false;    ///< the ticker's
    bool stopped_ = false;
    bool draining_ = false;
    clock::time_point last_call_;
};

}  // namespace latchkey::net
