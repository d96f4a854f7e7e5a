#include "net/listener.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace latchkey::net {
namespace {

/// How long to wait before accepting again when descriptors or memory have run out.
constexpr std::chrono::milliseconds exhausted_pause{100};
/// Accepted in one turn of the lane: its connections wait meanwhile.
constexpr int accepted_a_turn = 4;

/// More than any backlog (net/server.cpp): who connects without end must not keep a lane for ever.
constexpr int taken_at_the_end = 8192;

/// What is about one connection that is gone already, not about the listener (accept(2)).
bool is_of_a_connection(int error) noexcept {
    switch (error) {
        case ECONNABORTED:
        case EINTR:
        case EPROTO:
        case EPERM:  // a firewall's verdict
        case ENETDOWN:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
            return true;
        default:
            return false;
    }
}

}  // namespace

listener::listener(descriptor listening, io_lane& lane, owner& of)
    : socket_(std::move(listening)), lane_(lane), owner_(of) {
    lane_.watch(socket_.get(), EPOLLIN, *this);
    lane_.enrol(*this);
}

listener::tcp::endpoint listener::address() const {
    tcp::endpoint bound;
    auto size = static_cast<::socklen_t>(bound.capacity());
    if (::getsockname(socket_.get(), bound.data(), &size) != 0)
        throw std::system_error(errno, std::system_category(), "getsockname");
    bound.resize(size);
    return bound;
}

void listener::ready(std::uint32_t) {
    for (int i = 0; i < accepted_a_turn; ++i) {
        if (!owner_.has_room()) return pause("limits.connections is reached");
        switch (accept_one()) {
            case attempt::accepted:
                reported_ = false;
                break;
            case attempt::gone:
                break;
            case attempt::nobody:
                return;
            case attempt::failed:  // no descriptors or memory left, or worse
                return pause(std::system_category().message(errno));
        }
    }
}

listener::attempt listener::accept_one() {
    tcp::endpoint peer;
    auto size = static_cast<::socklen_t>(peer.capacity());
    const int fd = ::accept4(socket_.get(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        peer.resize(size);
        owner_.accepted(descriptor(fd), peer);
        return attempt::accepted;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return attempt::nobody;
    return is_of_a_connection(errno) ? attempt::gone : attempt::failed;
}

void listener::take_backlog() {
    auto last = attempt::accepted;
    for (int i = 0; i < taken_at_the_end && (last == attempt::accepted || last == attempt::gone); ++i)
        last = accept_one();
}

void listener::pause(const std::string& reason) {
    lane_.watch_for(socket_.get(), 0, *this);
    resumes_ = lane_.now() + exhausted_pause;
    lane_.look_by(*this, resumes_);
    if (!reported_) owner_.paused(reason);
    reported_ = true;
}

void listener::expire() {
    resumes_ = std::chrono::steady_clock::time_point::max();
    lane_.watch_for(socket_.get(), EPOLLIN, *this);
}

}  // namespace latchkey::net
