// The floor below every HTTP server: a raw epoll loop that answers the same bytes to whatever ends in an
// empty line. It parses nothing, verifies nothing and keeps no deadline; what a request costs here is the
// kernel's. Of several threads each has a loop and connections of its own, dealt in turn, and shares nothing:
// what a request costs more with two of them is the machine's.
//
//     floor PORT ANSWER_FILE [THREADS]        ANSWER_FILE: the bytes of one whole response
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::string_view end_of_header = "\r\n\r\n";

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

std::string read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) give_up(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

int listen_on(int port) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) give_up("bind");
    if (listen(listener, 1024) != 0) give_up("listen");
    return listener;
}

void watch(int epoll, int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

void accept_one(int listener, std::span<const int> loops) {
    static std::size_t turn = 0;  // only the first loop accepts
    const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(loops[turn++ % loops.size()], socket);
}

/// Whole requests only: wrk sends each in one piece.
void serve(int socket, std::string_view answer) {
    std::array<char, 16 * 1024> bytes;
    const auto n = recv(socket, bytes.data(), bytes.size(), 0);
    if (n <= 0) {
        close(socket);
        return;
    }
    const std::string_view got(bytes.data(), static_cast<std::size_t>(n));
    for (auto at = got.find(end_of_header); at != got.npos; at = got.find(end_of_header, at + 1))
        if (send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
}

[[noreturn]] void run(int epoll, int listener, std::span<const int> loops, std::string_view answer) {
    std::array<epoll_event, 256> events;
    for (;;) {
        const int n = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (const auto& event : std::span(events).first(static_cast<std::size_t>(std::max(n, 0))))
            event.data.fd == listener ? accept_one(listener, loops) : serve(event.data.fd, answer);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) {
        std::fputs("usage: floor PORT ANSWER_FILE [THREADS]\n", stderr);
        return 2;
    }
    const std::string answer = read_file(argv[2]);
    const int listener = listen_on(std::atoi(argv[1]));
    std::vector<int> loops(static_cast<std::size_t>(argc == 4 ? std::max(std::atoi(argv[3]), 1) : 1));
    for (int& loop : loops)
        loop = epoll_create1(0);
    watch(loops.front(), listener);
    for (const int loop : std::span(loops).subspan(1))
        std::thread([&, loop] { run(loop, listener, loops, answer); }).detach();
    run(loops.front(), listener, loops, answer);
}
