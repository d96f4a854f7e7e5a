#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "clients/client.hpp"

namespace latchkey::clients {

/// Port: where clients are registered. Asynchronous, linearisable, thread-safe; what a call acknowledged is
/// durable. Every call may answer errc::store_unavailable.
class client_store {
public:
    virtual ~client_store() = default;
    /// errc::not_found.
    virtual task<result<client>> find(std::string client_id) = 0;
    /// By client_id, after `after` if given; at most `limit`.
    virtual task<result<std::vector<client>>> list(std::optional<std::string> after, std::size_t limit) = 0;
    virtual task<result<std::uint64_t>> count() = 0;
    /// errc::client_exists.
    virtual task<result<void>> insert(client) = 0;
    /// Replaces all but client_id and created_at. errc::not_found.
    virtual task<result<void>> update(client) = 0;
    /// Ends the client's sessions. errc::not_found.
    virtual task<result<void>> remove(std::string client_id) = 0;
};

}  // namespace latchkey::clients
