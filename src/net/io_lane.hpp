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

/// A share of the connections, and two threads: one for their sockets, an epoll loop that makes every answer
/// which needs nobody else; and one for deferred answers, those that wait for another lane (hashing, store),
/// each on a strand of its own. Because a single thread owns the connections, nothing here needs a lock.
///
/// Deferred answers have a thread of their own because a login's turns take 40 to 100 us, in code that has
/// left the caches since the last login. During a storm of them, p99 of verified requests was 1.27 times its
/// quiet value with one thread, and 1.03 times with a second that makes way (base/thread_duty.hpp).
///
/// Sockets are not left to Asio's reactor: before each wait that one tries to read, once for every request in
/// vain, and it takes locks for its descriptors, its queue and the strand where one thread owns them all.
/// That is a tenth of a verified request.
class io_lane {
public:
    using clock = std::chrono::steady_clock;
    io_lane();  ///< throws std::system_error when the system has no more descriptors
    io_lane(const io_lane&) = delete;
    io_lane& operator=(const io_lane&) = delete;
    ~io_lane();

    /// Runs the connections until stop(). Call it from one thread, which is the lane's.
    void run();
    /// Runs the deferred answers until stop(). Call it from one other thread.
    void run_deferred();

    // Thread-safe.
    void stop();
    /// Lets the lane's thread call `work`.
    template <class Work>
    void post(Work work) {
        asio::post(mailbox_, std::move(work));
        ring();
    }
    /// For one deferred answer.
    strand make_strand() { return strand{deferred_.get_executor()}; }
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
    void ring() noexcept;
    void take_turns();
    void keep_deadlines();
    void renew_date();

    using work_guard = asio::executor_work_guard<asio::io_context::executor_type>;
    asio::io_context mailbox_{1};  ///< what others have posted; polled, so no timer or socket of Asio's
    asio::io_context deferred_{1};
    work_guard mail_comes_;
    work_guard answers_come_;
    descriptor epoll_;
    clock::time_point now_ =
        clock::now();  ///< before the ticker: its ticks must not come before the wheel's beats
    std::unique_ptr<ticker> ticker_;
    std::unique_ptr<bell> bell_;
    std::vector<std::coroutine_handle<>> turns_;
    std::array<epoll_event, 256> events_;  ///< of this turn; those in `seen_` are still to be told of
    std::span<epoll_event> seen_;
    std::vector<std::unique_ptr<draft>> drafts_;  ///< spare ones, the last used last
    member_wheel members_{now_};
    std::chrono::sys_seconds date_second_{};
    std::string date_;
    bool beat_ = false;  ///< the ticker's
    bool stopped_ = false;
    bool draining_ = false;
    clock::time_point last_call_;
};

}  // namespace latchkey::net
