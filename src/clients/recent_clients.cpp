#include "clients/recent_clients.hpp"

#include <utility>

namespace latchkey::clients {

recent_clients::recent_clients(client_store& store) : store_(store), known_(std::make_shared<client_map>()) {}

const client* recent_clients::recall(std::string_view client_id, clock::time_point now) const {
    if (now >= trusted_until_.load(std::memory_order_acquire)) return nullptr;
    const client_map& known = *known_.get();
    const auto found = known.find(client_id);
    return found != known.end() ? found->second.get() : nullptr;
}

void recent_clients::note_changes(std::uint64_t change_counter, clock::time_point asked) {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(change_counter_, change_counter) != change_counter) forget();
    }
    trusted_until_.store(asked + trusted_for, std::memory_order_release);
}

/// A row that was read before a change was noticed, and arrives here after, belongs to an epoch that is over.
void recent_clients::remember(const client& found, std::uint64_t read_in) {
    auto kept = std::make_shared<const client>(found);
    const std::lock_guard lock(mutex_);
    const auto& known = *known_.get();
    if (epoch_ != read_in || known.contains(found.client_id)) return;
    auto more =
        known.size() < capacity ? std::make_shared<client_map>(known) : std::make_shared<client_map>();
    more->insert_or_assign(found.client_id, std::move(kept));
    known_.publish(std::move(more));
}

std::uint64_t recent_clients::epoch() const {
    const std::lock_guard lock(mutex_);
    return epoch_;
}

/// With the mutex held.
void recent_clients::forget() {
    ++epoch_;
    if (!known_.get()->empty()) known_.publish(std::make_shared<client_map>());
}

task<result<client>> recent_clients::find(std::string client_id) {
    const auto began_in = epoch();
    auto found = co_await store_.find(std::move(client_id));
    if (found) remember(*found, began_in);
    co_return found;
}

task<result<std::vector<client>>> recent_clients::list(std::optional<std::string> after, std::size_t limit) {
    return store_.list(std::move(after), limit);
}

task<result<std::uint64_t>> recent_clients::count() {
    return store_.count();
}

task<result<void>> recent_clients::insert(client added) {
    return store_.insert(std::move(added));
}

// Whatever comes of a change: one that is reported as failed may still have reached the disk.

task<result<void>> recent_clients::update(client changed) {
    auto done = co_await store_.update(std::move(changed));
    const std::lock_guard lock(mutex_);
    forget();
    co_return done;
}

task<result<void>> recent_clients::remove(std::string client_id) {
    auto done = co_await store_.remove(std::move(client_id));
    const std::lock_guard lock(mutex_);
    forget();
    co_return done;
}

}  // namespace latchkey::clients
