#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "base/task.hpp"

namespace latchkey::net {

/// A connection as its lane sees it: something with a deadline that can be told to end. Only the lane's
/// thread touches it.
class lane_member
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual ~lane_member() = default;
    virtual std::chrono::steady_clock::time_point deadline() const noexcept = 0;
    /// Called at every sweep: whether the peer is still there.
    virtual void look_at_peer() = 0;
    /// The deadline has passed.
    virtual void expire() = 0;
    /// Answer what is under way with `Connection: close`; stay open for one more request until `last_call`.
    virtual void drain(std::chrono::steady_clock::time_point last_call) = 0;
    /// Close now, whatever is under way.
    virtual void abort() = 0;
};

/// One io_context, the one thread that runs it, and the connections that live there. Each connection has its
/// own strand on this context. Because a single thread runs them all, the sweep below may read their
/// deadlines without a lock: one timer a lane instead of one a connection and operation.
class io_lane {
public:
    using clock = std::chrono::steady_clock;
    /// Deadlines are kept to within this.
    static constexpr std::chrono::milliseconds sweep_interval{50};

    io_lane();
    io_lane(const io_lane&) = delete;
    io_lane& operator=(const io_lane&) = delete;

    asio::io_context& context() noexcept { return context_; }
    strand make_strand() { return strand{context_.get_executor()}; }

    /// Runs until stop(). Call it from one thread.
    void run();
    /// Thread-safe.
    void stop();

    /// Thread-safe: passes on to every connection of the lane, now and (drain) to come.
    void drain(clock::time_point last_call);
    void abort_all();

    // What follows is for the lane's own thread.
    void enrol(lane_member&);
    /// The time of the last sweep: exact enough for deadlines, and free.
    clock::time_point now() const noexcept { return now_; }
    /// The Date field's value (RFC 9110 section 5.6.7), renewed every second.
    std::string_view date() const noexcept { return date_; }

private:
    void sweep();
    void renew_date();

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, asio::io_context::executor_type> timer_;
    boost::intrusive::list<lane_member, boost::intrusive::constant_time_size<false>> members_;
    clock::time_point now_;
    std::chrono::sys_seconds date_second_{};
    std::string date_;
    bool draining_ = false;
    clock::time_point last_call_;
};

}  // namespace latchkey::net
