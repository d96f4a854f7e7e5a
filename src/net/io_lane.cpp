#include "net/io_lane.hpp"

#include <boost/asio/post.hpp>
#include <ctime>

namespace latchkey::net {

io_lane::io_lane() : work_(context_.get_executor()), timer_(context_.get_executor()), now_(clock::now()) {
    renew_date();
    sweep();
}

void io_lane::run() {
    context_.run();
}

void io_lane::stop() {
    asio::post(context_, [this] {
        timer_.cancel();
        work_.reset();
        context_.stop();
    });
}

void io_lane::drain(clock::time_point last_call) {
    asio::post(context_, [this, last_call] {
        draining_ = true;
        last_call_ = last_call;
        for (auto& member : members_)
            member.drain(last_call);
    });
}

void io_lane::abort_all() {
    asio::post(context_, [this] {
        for (auto& member : members_)
            member.abort();
    });
}

void io_lane::enrol(lane_member& member) {
    members_.push_back(member);
    if (draining_) member.drain(last_call_);
}

/// expire() and abort() only cancel socket operations, and look_at_peer() what a handler waits for; all of
/// that resumes later: no member leaves the list meanwhile.
void io_lane::sweep() {
    now_ = clock::now();
    renew_date();
    for (auto& member : members_) {
        member.look_at_peer();
        if (member.deadline() <= now_) member.expire();
    }
    timer_.expires_after(sweep_interval);
    timer_.async_wait([this](const boost::system::error_code& e) {
        if (!e) sweep();
    });
}

void io_lane::renew_date() {
    const auto second = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (second == date_second_) return;
    date_second_ = second;
    const std::time_t t = std::chrono::system_clock::to_time_t(second);
    std::tm utc{};
    gmtime_r(&t, &utc);
    char text[40];
    date_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %T GMT", &utc));
}

}  // namespace latchkey::net
