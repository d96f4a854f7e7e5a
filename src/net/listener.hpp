#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>

#include "base/descriptor.hpp"
#include "net/io_lane.hpp"

namespace latchkey::net {

/// A listening socket of a lane. Survives the want of descriptors and memory: then it pauses. Thread-safety:
/// the lane's thread only, or before it runs.
class listener final : public watched, public lane_member {
public:
    using tcp = asio::ip::tcp;

    /// Whose it is.
    class owner {
    public:
        /// Whether another connection may be accepted.
        virtual bool has_room() const noexcept = 0;
        /// `socket` is non-blocking.
        virtual void accepted(descriptor socket, const tcp::endpoint& peer) noexcept = 0;
        /// Accepting pauses until there is room, descriptors or memory.
        virtual void paused(const std::string& reason) = 0;

    protected:
        ~owner() = default;
    };

    /// Accepts from now on. `listening`: non-blocking. Throws std::system_error.
    listener(descriptor listening, io_lane&, owner& of);
    ~listener() override { lane_.unwatch(socket_.get(), *this); }

    tcp::endpoint address() const;
    /// Accepts what the kernel has completed already, whatever there is room for: a client whose connect()
    /// succeeded may have sent its request, and closing would reset it unanswered.
    void take_backlog();

    void ready(std::uint32_t events) override;
    std::chrono::steady_clock::time_point deadline() const noexcept override { return resumes_; }
    void expire() override;
    void drain(std::chrono::steady_clock::time_point) override {}
    void abort() override {}
    void discard() noexcept override { unlink(); }

private:
    /// What became of an accept4(2).
    enum class attempt { accepted, nobody, gone, failed };

    attempt accept_one();
    void pause(const std::string& reason);

    descriptor socket_;
    io_lane& lane_;
    owner& owner_;
    std::chrono::steady_clock::time_point resumes_ = std::chrono::steady_clock::time_point::max();
    bool reported_ = false;  ///< the pause, since a connection was accepted last
};

}  // namespace latchkey::net
