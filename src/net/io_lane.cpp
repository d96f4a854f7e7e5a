#include "net/io_lane.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace latchkey::net {
namespace {

/// More than this many spare drafts are of a moment that is over.
constexpr std::size_t kept_drafts = 64;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::system_category(), what);
}

descriptor opened(int fd, const char* what) {
    if (fd < 0) fail(what);
    return descriptor(fd);
}

}  // namespace

/// The beat of the deadlines: a timer that epoll sees, so that no turn has to read the clock.
class io_lane::ticker final : public watched {
public:
    explicit ticker(io_lane& lane)
        : lane_(lane),
          fd_(opened(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")) {
        const timespec beat{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(member_wheel::beat).count()};
        const itimerspec every{.it_interval = beat, .it_value = beat};
        if (::timerfd_settime(fd_.get(), 0, &every, nullptr) != 0) fail("timerfd_settime");
        lane_.watch(fd_.get(), EPOLLIN, *this);
    }
    void ready(std::uint32_t) override {
        std::uint64_t beats = 0;
        if (::read(fd_.get(), &beats, sizeof beats) > 0) lane_.beat_ = true;
    }

private:
    io_lane& lane_;
    descriptor fd_;
};

/// How other threads wake the lane's.
class io_lane::bell final : public watched {
public:
    explicit bell(io_lane& lane) : fd_(opened(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
        lane.watch(fd_.get(), EPOLLIN | EPOLLET, *this);
    }
    /// Any time, from any thread, after the post.
    void ring() noexcept {
        if (rung_.exchange(true, std::memory_order_acq_rel)) return;
        const std::uint64_t once = 1;
        // Edge-triggered: each write wakes, nobody reads, and the counter is full after 2^64 - 2 of them.
        [[maybe_unused]] const auto written = ::write(fd_.get(), &once, sizeof once);
    }
    void ready(std::uint32_t) override {}  // it woke the lane, which asks:
    /// Whether somebody has rung since the last call. Before the look at what was posted: what comes later
    /// rings again.
    bool has_rung() noexcept {
        return rung_.load(std::memory_order_relaxed) && rung_.exchange(false, std::memory_order_acq_rel);
    }

private:
    descriptor fd_;
    std::atomic<bool> rung_{false};
};

io_lane::io_lane()
    : mail_comes_(mailbox_.get_executor()),
      answers_come_(deferred_.get_executor()),
      epoll_(opened(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      ticker_(std::make_unique<ticker>(*this)),
      bell_(std::make_unique<bell>(*this)) {
    drafts_.reserve(kept_drafts);
    renew_date();
}

io_lane::~io_lane() = default;

void io_lane::run() {
    now_ = clock::now();  // it may have waited to run
    while (!stopped_) {
        wait_for_events();
        if (bell_->has_rung()) mailbox_.poll();  // first: it was there before what epoll saw
        tell_of_events();
        if (beat_) keep_deadlines();
        if (!turns_.empty()) take_turns();
    }
}

void io_lane::run_deferred() {
    deferred_.run();
}

void io_lane::wait_for_events() {
    const int patience = turns_.empty() ? -1 : 0;
    const int n = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), patience);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    seen_ = std::span(events_).first(static_cast<std::size_t>(std::max(n, 0)));
}

void io_lane::tell_of_events() {
    while (!seen_.empty()) {
        const epoll_event event = seen_.front();
        seen_ = seen_.subspan(1);
        if (event.data.ptr != nullptr) static_cast<watched*>(event.data.ptr)->ready(event.events);
    }
}

void io_lane::unwatch(int descriptor, const watched& who) noexcept {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);  // fails where it was closed already
    forget(who);
}

void io_lane::forget(const watched& who) noexcept {
    for (auto& event : seen_)
        if (event.data.ptr == &who) event.data.ptr = nullptr;
}

void io_lane::ring() noexcept {
    bell_->ring();
}

void io_lane::take_turns() {
    const auto now = std::exchange(turns_, {});
    for (const auto waits : now)
        waits.resume();
}

void io_lane::stop() {
    post([this] { stopped_ = true; });
    deferred_.stop();
}

void io_lane::drain(clock::time_point last_call) {
    post([this, last_call] {
        draining_ = true;
        last_call_ = last_call;
        members_.for_each([last_call](lane_member& member) { member.drain(last_call); });
    });
}

void io_lane::abort_all() {
    post([this] { members_.for_each([](lane_member& member) { member.abort(); }); });
}

void io_lane::watch(int descriptor, std::uint32_t events, watched& who) {
    control(EPOLL_CTL_ADD, descriptor, events, who);
}

void io_lane::watch_for(int descriptor, std::uint32_t events, watched& who) {
    control(EPOLL_CTL_MOD, descriptor, events, who);
}

void io_lane::control(int operation, int descriptor, std::uint32_t events, watched& who) {
    epoll_event wanted{.events = events, .data = {.ptr = &who}};
    if (::epoll_ctl(epoll_.get(), operation, descriptor, &wanted) != 0) fail("epoll_ctl");
}

void io_lane::enrol(lane_member& member) {
    members_.enrol(member);
    if (!draining_) return;
    member.drain(last_call_);
    members_.look_by(member, member.deadline());
}

void io_lane::keep_deadlines() {
    beat_ = false;
    now_ = clock::now();
    renew_date();
    members_.turn(now_);
}

std::unique_ptr<draft> io_lane::take_draft() {
    if (drafts_.empty()) return std::make_unique<draft>();
    auto spare = std::move(drafts_.back());
    drafts_.pop_back();
    return spare;
}

void io_lane::give_back(std::unique_ptr<draft> used) noexcept {
    used->wipe();
    if (drafts_.size() < drafts_.capacity()) drafts_.push_back(std::move(used));
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
