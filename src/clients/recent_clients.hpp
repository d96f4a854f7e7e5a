#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/snapshot.hpp"
#include "clients/client_store.hpp"

namespace latchkey::clients {

/// A store of clients that remembers whom it has found, so that a client which asks thousands of times a
/// second is known without another look. What it remembers is what the store has: digests, no secret.
///
/// A change through this object is in force once it is acknowledged. One that another process makes is in
/// force as soon as note_changes() is told of it; and when nobody has been able to tell for `trusted_for`,
/// nothing is recalled. So a client that was disabled or lost a secret is never known longer than that.
///
/// Thread-safe. Looking up takes no lock.
class recent_clients final : public client_store {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds trusted_for{1'000};
    /// Clients remembered at most; one more, and it begins anew.
    static constexpr std::size_t capacity = 256;

    /// The store must outlive it.
    explicit recent_clients(client_store& store);

    /// The client as the store has it, or had it less than `trusted_for` ago; null: ask find(). Good until
    /// the calling thread's next call.
    const client* recall(std::string_view client_id, clock::time_point now) const;

    /// What the store's change counter (storage::store) was at some moment after `asked`. Never earlier than
    /// what was told before; tell it a few times in `trusted_for`.
    void note_changes(std::uint64_t change_counter, clock::time_point asked);

    task<result<client>> find(std::string client_id) override;
    task<result<std::vector<client>>> list(std::optional<std::string> after, std::size_t limit) override;
    task<result<std::uint64_t>> count() override;
    task<result<void>> insert(client) override;
    task<result<void>> update(client) override;
    task<result<void>> remove(std::string client_id) override;

private:
    struct text_hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using client_map =
        std::unordered_map<std::string, std::shared_ptr<const client>, text_hash, std::equal_to<>>;

    std::uint64_t epoch() const;
    void remember(const client&, std::uint64_t read_in);
    void forget();

    client_store& store_;
    snapshot<client_map> known_;
    std::atomic<clock::time_point> trusted_until_{clock::time_point::min()};
    mutable std::mutex mutex_;  ///< for those who publish, and what follows
    std::uint64_t epoch_ = 0;   ///< counts the times that everything was forgotten
    std::uint64_t change_counter_ = 0;
};

}  // namespace latchkey::clients
