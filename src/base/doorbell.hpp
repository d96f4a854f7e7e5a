#pragma once

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <memory>
#include <utility>

namespace latchkey {

/// Tells a thread that something was posted to its io_context, when the thread waits for more than the
/// context and would not notice (net/io_lane.hpp).
class doorbell {
public:
    virtual ~doorbell() = default;
    /// Any time, from any thread, after the post.
    virtual void ring() noexcept = 0;
};

/// Where whoever posts finds the doorbell of an io_context: an Asio service of it. A context without one is
/// run by Asio, and notices by itself.
class doorbell_service final : public boost::asio::execution_context::service {
public:
    using key_type = doorbell_service;
    static inline boost::asio::execution_context::id id;

    explicit doorbell_service(boost::asio::execution_context& of, std::shared_ptr<doorbell> bell = nullptr)
        : service(of), bell_(std::move(bell)) {}

    /// Of the context that `on` belongs to; null when it has none.
    template <class Executor>
    static std::shared_ptr<doorbell> bell_of(const Executor& on) {
        auto& context = boost::asio::query(on, boost::asio::execution::context);
        if (!boost::asio::has_service<doorbell_service>(context)) return nullptr;
        return boost::asio::use_service<doorbell_service>(context).bell_;
    }

private:
    void shutdown() noexcept override {}
    std::shared_ptr<doorbell> bell_;
};

}  // namespace latchkey
