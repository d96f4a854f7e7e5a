// Sends a request at a constant rate, whatever the answers do, and says how long they took.
//
//     constant_rate PORT RATE SECONDS CONNECTIONS REQUEST_FILE
//
// REQUEST_FILE holds the bytes of one whole HTTP/1.1 request. A request is due at its place in the schedule;
// it goes out on a connection that is free, or on the next that becomes so, and its time runs from when it
// was due (a closed loop would wait with a slow server and so overlook what the waiting requests suffer). One
// line of JSON: requests by status; those that were not answered when the sending was over and 10 s had
// passed; percentiles and the maximum in microseconds, of all and of those with status 200. `served` runs
// from when the request was sent instead.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_duty.hpp"

namespace {

using clock_type = std::chrono::steady_clock;
using time_point = clock_type::time_point;
using namespace std::chrono_literals;

constexpr auto patience = 10s;

struct connection {
    int socket = -1;
    bool busy = false;
    time_point due, sent;
    std::string answer;
};

std::int64_t microseconds(clock_type::duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

std::string percentiles(std::vector<std::int64_t>& values) {
    std::ranges::sort(values);
    const auto at = [&](double q) {
        if (values.empty()) return std::int64_t{0};
        const auto last = static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(q * last)];
    };
    char text[160];
    std::snprintf(text, sizeof text, R"({"p50":%lld,"p99":%lld,"p999":%lld,"max":%lld})",
                  static_cast<long long>(at(0.5)), static_cast<long long>(at(0.99)),
                  static_cast<long long>(at(0.999)), static_cast<long long>(at(1)));
    return text;
}

class generator {
public:
    generator(std::uint16_t port, std::size_t connections, std::string request)
        : port_(port), request_(std::move(request)), epoll_(epoll_create1(0)), connections_(connections) {
        for (auto& c : connections_) {
            open(c);
            free_.push_back(&c);
        }
    }

    void run(double rate, double seconds) {
        const auto start = clock_type::now();
        const auto total = static_cast<std::uint64_t>(rate * seconds);
        const auto due_at = [&](std::uint64_t i) {
            return start +
                   std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(i) / rate * 1e9));
        };
        std::uint64_t next = 0;
        auto give_up = due_at(total) + patience;
        while ((next < total || answered_ < total) && clock_type::now() < give_up) {
            const auto now = clock_type::now();
            while (next < total && due_at(next) <= now)
                due_.push_back(due_at(next++));
            dispatch();
            wait(next < total ? due_at(next) : give_up);
        }
        report(total);
    }

private:
    void open(connection& c) {
        if (c.socket >= 0) close(c.socket);
        c.socket = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port_);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(c.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
            std::perror("connect");
            std::exit(1);
        }
        const int on = 1;
        setsockopt(c.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &c;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, c.socket, &event);
    }

    void dispatch() {
        while (!due_.empty() && !free_.empty()) {
            connection& c = *free_.back();
            free_.pop_back();
            c.busy = true;
            c.due = due_.front();
            due_.pop_front();
            c.sent = clock_type::now();
            if (send(c.socket, request_.data(), request_.size(), MSG_NOSIGNAL) !=
                static_cast<ssize_t>(request_.size()))
                broken(c);
        }
    }

    void wait(time_point until) {
        const auto left = until - clock_type::now();
        // To the millisecond epoll sleeps; shorter waits are for ppoll's finer clock, without burning a core.
        timespec t{};
        const auto ns = std::clamp<std::int64_t>(std::chrono::nanoseconds(left).count(), 0, 50'000'000);
        t.tv_nsec = ns;
        epoll_event events[256];
        const int n = epoll_pwait2(epoll_, events, 256, &t, nullptr);
        for (int i = 0; i < n; ++i)
            read(*static_cast<connection*>(events[i].data.ptr));
    }

    void read(connection& c) {
        char bytes[16 * 1024];
        const auto n = recv(c.socket, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) return broken(c);
        c.answer.append(bytes, static_cast<std::size_t>(n));
        const auto header = c.answer.find("\r\n\r\n");
        if (header == std::string::npos) return;
        std::size_t length = 0;
        if (const auto at = c.answer.find("Content-Length: "); at < header)
            length = std::strtoul(c.answer.c_str() + at + 16, nullptr, 10);
        if (c.answer.size() < header + 4 + length) return;
        finish(c);
    }

    void finish(connection& c) {
        const auto now = clock_type::now();
        const int status = std::atoi(c.answer.c_str() + 9);
        ++statuses_[status];
        ++answered_;
        all_.push_back(microseconds(now - c.due));
        served_.push_back(microseconds(now - c.sent));
        if (status == 200) {
            good_.push_back(all_.back());
            good_served_.push_back(served_.back());
        }
        c.answer.clear();
        c.busy = false;
        free_.push_back(&c);
    }

    void broken(connection& c) {
        if (c.busy) {
            ++statuses_[0];
            ++answered_;
            c.busy = false;
            free_.push_back(&c);
        }
        c.answer.clear();
        open(c);
    }

    void report(std::uint64_t total) {
        std::printf(R"({"requests":%llu,"unanswered":%llu,"status":{)",
                    static_cast<unsigned long long>(total),
                    static_cast<unsigned long long>(total - answered_));
        const char* comma = "";
        for (const auto& [status, count] : statuses_) {
            std::printf(R"(%s"%d":%llu)", comma, status, static_cast<unsigned long long>(count));
            comma = ",";
        }
        std::printf(R"(},"all":%s,"served":%s,"good":%s,"good_served":%s})"
                    "\n",
                    percentiles(all_).c_str(), percentiles(served_).c_str(), percentiles(good_).c_str(),
                    percentiles(good_served_).c_str());
    }

    std::uint16_t port_;
    std::string request_;
    int epoll_;
    std::vector<connection> connections_;
    std::vector<connection*> free_;
    std::deque<time_point> due_;
    std::uint64_t answered_ = 0;
    std::map<int, std::uint64_t> statuses_;
    std::vector<std::int64_t> all_, served_, good_, good_served_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: constant_rate PORT RATE SECONDS CONNECTIONS REQUEST_FILE\n");
        return 2;
    }
    latchkey::take_up(latchkey::thread_duty::answers);  // what it waits for a processor counts as a delay
    std::ifstream file(argv[5], std::ios::binary);
    std::stringstream request;
    request << file.rdbuf();
    if (request.str().empty()) {
        std::fprintf(stderr, "%s: no request in it\n", argv[5]);
        return 1;
    }
    generator load(static_cast<std::uint16_t>(std::atoi(argv[1])), std::strtoul(argv[4], nullptr, 10),
                   request.str());
    load.run(std::atof(argv[2]), std::atof(argv[3]));
}
