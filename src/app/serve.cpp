#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include "app/app.hpp"
#include "app/supervisor.hpp"
#include "app/watchdog.hpp"
#include "base/descriptor.hpp"
#include "base/log.hpp"
#include "base/run_task.hpp"
#include "base/thread_duty.hpp"
#include "config/keys.hpp"
#include "config/values.hpp"
#include "net/inherited_sockets.hpp"
#include "net/tls.hpp"
#include "passwords/memory.hpp"

namespace latchkey::app {
namespace {

using namespace std::chrono_literals;
using signals = asio::basic_signal_set<strand>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, strand>;

/// After SIGTERM a kept-alive connection may send one more request for this long: its client has not heard of
/// the end yet.
constexpr std::chrono::milliseconds last_call_time{1'000};
constexpr std::chrono::milliseconds poll_interval{10};
/// What still runs after the connections were closed ends with the hashes it waits for.
constexpr std::chrono::seconds abandon_after{5};

/// More than the lanes, the listeners, the store and the log files have.
constexpr std::size_t other_descriptors = 256;

void configure_log(const config::log_settings& s) {
    const auto format = s.format == "json"   ? log::format::json
                        : s.format == "text" ? log::format::text
                                             : log::format::automatic;
    const auto level = s.level == "debug"   ? log::level::debug
                       : s.level == "warn"  ? log::level::warn
                       : s.level == "error" ? log::level::error
                                            : log::level::info;
    log::configure(format, level);
}

http::limits connection_limits(const config::limits_settings& s) {
    return {.header_size = s.header_size.bytes,
            .header_lines = s.header_lines,
            .target_size = s.target_size.bytes,
            .body_size = s.body_size.bytes,
            .connections = s.connections,
            .first_byte = s.first_byte,
            .tls_handshake = s.tls_handshake,
            .header = s.header,
            .body = s.body,
            .write = s.write,
            .idle = s.idle};
}

/// As many files as the system lets us have, which is told: the usual soft limit of 1024 is for programs that
/// call select().
rlim_t allow_all_descriptors() {
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
    const ::rlimit all{limit.rlim_max, limit.rlim_max};
    if (limit.rlim_cur == all.rlim_cur || ::setrlimit(RLIMIT_NOFILE, &all) == 0) return all.rlim_cur;
    log::warn("the limit of open files was not raised", {{"limit", all.rlim_max}});
    return limit.rlim_cur;
}

/// Linux doubles the table of descriptors when it is full, and where a process has several threads, whoever
/// opens one then stands still until every processor has changed its thread (synchronize_rcu): 13 ms for all
/// connections of a lane, at the 64th, the 128th and so on up to the 16,384th. With one thread it is free.
/// To open a high descriptor widens it, for good.
void widen_descriptor_table(std::size_t connections, rlim_t limit) {
    const auto last = std::min<rlim_t>(connections + other_descriptors, limit) - 1;
    const descriptor any(::eventfd(0, EFD_CLOEXEC));
    const descriptor high(::fcntl(any.get(), F_DUPFD_CLOEXEC, static_cast<int>(last)));
    if (!high)
        log::warn("the table of open files was not widened",
                  {{"reason", std::system_category().message(errno)}, {"files", last}});
}

/// The running program: lanes and their threads, the two listeners, signals, and the order in which all that
/// ends.
class process {
public:
    process(program p, const net::inherited_sockets& inherited)
        : inherited_(inherited),
          settings_(std::move(p.settings)),
          reload_(std::move(p.reload)),
          service_(settings_, std::move(p.secrets), clock_, p.dev),
          limits_(connection_limits(settings_.limits)),
          io_lanes_(settings_.server.threads != 0 ? settings_.server.threads
                                                  : passwords::usable_processors()),
          public_(service_.public_handler(), limits_, lane_pointers()),
          management_(service_.management_handler(), limits_, {&management_lane_}) {}

    int run() {
        const strand on{control_.get_executor()};
        signals caught(on, SIGTERM, SIGINT, SIGHUP);  // before anybody can know that we serve
        load_certificate();
        service_.public_handler().log_requests(settings_.log.requests);
        service_.count_connections_of(public_);
        const auto at = open(public_, inherited_.http, settings_.server.listen);
        const auto management = open(management_, inherited_.management, settings_.server.management_listen);
        start_threads();

        auto watch = service_.watcher().run(on);  // named: g++ 12 miscompiles temporaries here
        asio::co_spawn(on, std::move(watch), asio::detached);
        auto control = obey_signals(on, caught);
        asio::co_spawn(on, std::move(control), asio::detached);
        auto watchdog = feed_watchdog(on, supervisor_, all_lanes());
        asio::co_spawn(on, std::move(watchdog), asio::detached);
        log::info("serving", {{"listen", at.address},
                              {"port", at.port},
                              {"management", management.address},
                              {"management_port", management.port},
                              {"tls", tls_ ? "on" : "off"},
                              {"threads", io_lanes_.size()}});
        run_task(record("service_started"));
        serving_ = "Serving at " + config::format_value(at);
        supervisor_.ready(serving_);
        control_.run();
        join_threads();
        return 0;
    }

private:
    void start_threads() try {
        for (auto* lane : all_lanes()) {
            threads_.emplace_back([lane] {
                take_up(thread_duty::answers);
                lane->run();
            });
            threads_.emplace_back([lane] {
                take_up(thread_duty::answers_later);
                lane->run_deferred();
            });
        }
    } catch (const std::system_error& e) {
        stop_lanes();
        join_threads();
        throw std::runtime_error("cannot start a thread: " + e.code().message() +
                                 "\n  try: a higher limit of tasks (systemd: TasksMax=, Docker: "
                                 "--pids-limit), or fewer threads with "
                                 "server.threads and hashing.threads");
    }

    void stop_lanes() {
        for (auto* lane : all_lanes())
            lane->stop();
    }

    void join_threads() {
        for (auto& thread : threads_)
            thread.join();
    }

    std::vector<net::io_lane*> lane_pointers() {
        std::vector<net::io_lane*> pointers;
        for (auto& lane : io_lanes_)
            pointers.push_back(&lane);
        return pointers;
    }

    std::vector<net::io_lane*> all_lanes() {
        auto lanes = lane_pointers();
        lanes.push_back(&management_lane_);
        return lanes;
    }

    /// At the socket that we were started with, else at the configured address.
    static config::endpoint open(net::server& server, std::optional<int> inherited,
                                 const config::endpoint& configured) {
        if (!inherited) return {configured.address, server.listen(configured.address, configured.port)};
        const auto bound = server.adopt(*inherited);
        return {bound.address().to_string(), bound.port()};
    }

    /// What the process does by itself. Its log says when that cannot be recorded.
    task<bool> record(std::string_view what) {
        audit::event event(what);
        event.add("process", static_cast<std::uint64_t>(getpid()));
        const auto kept = co_await service_.audit().record(std::move(event));
        co_return kept.has_value();
    }

    void load_certificate() {
        if (settings_.tls.certificate.empty()) return;
        tls_ = net::load_tls(settings_.tls.certificate, settings_.tls.key);
        public_.use_tls(tls_);
    }

    task<void> obey_signals(strand on, signals& caught) {
        for (;;) {
            boost::system::error_code error;
            const int signal = co_await caught.async_wait(asio::redirect_error(use_task, error));
            if (error) throw boost::system::system_error(error, "waiting for signals");
            if (signal != SIGHUP) break;
            supervisor_.reloading();
            co_await reload();
            supervisor_.ready(serving_);
        }
        co_await drain(on);
    }

    /// SIGHUP: what can change safely changes, everything else stays as it is; a bad configuration changes
    /// nothing.
    task<void> reload() {
        try {
            if (reload_) {
                const auto fresh = reload_();
                for (const auto& problem : fresh.problems)
                    log::error("configuration not reloaded",
                               {{"key", problem.what}, {"where", problem.where}, {"reason", problem.why}});
                if (!fresh.ok()) co_return;
                for (const auto key : config::reload(settings_, fresh.settings))
                    log::warn("a changed setting needs a restart", {{"key", key}});
                configure_log(settings_.log);
                service_.public_handler().log_requests(settings_.log.requests);
            }
            load_certificate();
            service_.reopen_files();
            co_await record("configuration_reloaded");
            log::info("configuration reloaded");
        } catch (const net::tls_error& e) {
            log::error("certificate not reloaded, the old one stays", {{"reason", e.what()}});
        }
    }

    /// Not ready; accept no more; let what runs finish within server.grace; then end it; then the services.
    task<void> drain(strand on) {
        service_.draining() = true;
        const auto began = std::chrono::steady_clock::now();
        const auto grace = std::chrono::milliseconds(settings_.server.grace);
        log::info("draining", {{"connections", public_.open_connections()}, {"grace_ms", grace.count()}});
        supervisor_.stopping("Draining " + std::to_string(public_.open_connections()) + " connections");
        public_.stop_accepting();
        for (auto& lane : io_lanes_)
            lane.drain(began + std::min(last_call_time, grace / 2));

        if (!co_await all_closed(on, began + grace)) {
            log::warn("the grace period is over", {{"connections", public_.open_connections()}});
            for (auto& lane : io_lanes_)
                lane.abort_all();
        }
        service_.watcher().stop();
        ::alarm(2 *
                abandon_after.count());  // a disk that hangs in the kernel must not keep us: SIGALRM ends it
        service_.stop();
        management_.stop_accepting();
        management_lane_.abort_all();
        if (!co_await all_closed(on, std::chrono::steady_clock::now() + abandon_after)) {
            log::error("connections did not end; leaving them");
            _exit(1);
        }
        co_await record("service_stopped");
        service_.close_audit();
        log::info("stopped");
        stop_lanes();
        control_.stop();
    }

    task<bool> all_closed(strand on, std::chrono::steady_clock::time_point until) {
        timer pause(on);
        while (public_.open_connections() != 0) {
            if (std::chrono::steady_clock::now() >= until) co_return false;
            pause.expires_after(poll_interval);
            boost::system::error_code woken;  // nobody cancels it
            co_await pause.async_wait(asio::redirect_error(use_task, woken));
        }
        co_return true;
    }

    const net::inherited_sockets inherited_;
    const supervisor supervisor_ = supervisor::from_environment();
    std::string serving_;  ///< for the supervisor: where
    system_wall_clock clock_;
    config::settings settings_;
    std::function<config::load_result()> reload_;
    service service_;
    http::limits limits_;
    asio::io_context control_;  ///< the main thread's: signals, the store watcher, the watchdog
    std::vector<net::io_lane> io_lanes_;
    net::io_lane management_lane_;  ///< of its own, so that probes are answered under any load
    std::shared_ptr<asio::ssl::context> tls_;
    net::server public_;
    net::server management_;
    std::vector<std::thread> threads_;
};

}  // namespace

int serve(program p) {
    configure_log(p.settings.log);
    const auto limit = allow_all_descriptors();
    // While this is the only thread.
    widen_descriptor_table(p.settings.limits.connections, limit);
    const auto inherited = net::inherit_sockets();
    return process(std::move(p), inherited).run();
}

}  // namespace latchkey::app
