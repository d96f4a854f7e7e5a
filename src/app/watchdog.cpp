#include "app/watchdog.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace latchkey::app {
namespace {

using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, strand>;

/// Through both its threads, and back here.
task<int> turn_of(net::io_lane& lane) {
    return await_completion<int>([&lane](completion<int> back) {
        lane.post([&lane, b = std::move(back)]() mutable {
            asio::post(lane.make_strand(), [c = std::move(b)]() mutable { c(0); });
        });
    });
}

}  // namespace

task<void> feed_watchdog(strand on, const supervisor& to, std::vector<net::io_lane*> lanes) {
    const auto interval = to.alive_interval();
    if (!interval) co_return;
    timer pause(on);
    for (;;) {
        for (net::io_lane* const lane : lanes)
            co_await turn_of(*lane);
        to.alive();
        pause.expires_after(*interval);
        boost::system::error_code woken;  // nobody cancels it
        co_await pause.async_wait(asio::redirect_error(use_task, woken));
    }
}

}  // namespace latchkey::app
