#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "tokens/revocations.hpp"
#include "users/user_store.hpp"

namespace latchkey::test {

/// users::user_store without a disk and without sessions, held to the same conformance suite as the others.
/// Thread-safe.
class memory_user_store : public users::user_store {
public:
    memory_user_store(tokens::revocations& revocations, const wall_clock& clock)
        : revocations_(revocations), clock_(clock) {}

    task<result<users::stored_user>> find_by_username(std::string canonical) override {
        const std::lock_guard lock(mutex_);
        ++lookups_;
        for (const auto& [id, row] : rows_) {
            if (row.canonical == canonical) co_return row.stored;
        }
        co_return errc::not_found;
    }

    task<result<users::user>> find_by_id(users::user_id id) override {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(id);
        if (found == rows_.end()) co_return errc::not_found;
        co_return found->second.stored.user;
    }

    task<result<std::vector<users::user>>> list(std::optional<users::user_id> after,
                                                std::size_t limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<users::user> found;
        for (auto at = after ? rows_.upper_bound(*after) : rows_.begin(); at != rows_.end(); ++at) {
            if (found.size() == limit) break;
            found.push_back(at->second.stored.user);
        }
        co_return found;
    }

    task<result<std::uint64_t>> count() override {
        const std::lock_guard lock(mutex_);
        co_return std::uint64_t{rows_.size()};
    }

    task<result<std::vector<std::string>>> sample_hashes(std::size_t limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> hashes;
        for (const auto& [id, row] : rows_)
            hashes.push_back(row.stored.password_hash);
        std::shuffle(hashes.begin(), hashes.end(), random_);
        hashes.resize(std::min(hashes.size(), limit));
        co_return hashes;
    }

    task<result<void>> insert(users::stored_user added, std::string canonical) override {
        const std::lock_guard lock(mutex_);
        if (has_name(canonical)) co_return errc::username_taken;
        keep({std::move(added), std::move(canonical)});
        co_return result<void>();
    }

    task<result<std::vector<users::collision>>> find_collisions(
        std::span<const users::new_user> added) override {
        const std::lock_guard lock(mutex_);
        co_return collisions_of(added);
    }

    task<result<std::vector<users::collision>>> insert_many(std::span<const users::new_user> added) override {
        const std::lock_guard lock(mutex_);
        auto found = collisions_of(added);
        if (!found.empty()) co_return found;
        for (const auto& each : added)
            keep({each.stored, each.canonical});
        co_return found;
    }

    task<result<users::user>> update(users::user_id id, users::user_changes changes) override {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(id);
        if (found == rows_.end()) co_return errc::not_found;
        users::user& changed = found->second.stored.user;
        if (changes.email) changed.email = changes.email->empty() ? std::nullopt : changes.email;
        if (changes.scopes) changed.scopes = *changes.scopes;
        sort(changed.scopes);
        changed.updated_at = clock_.now();
        co_return changed;
    }

    task<result<void>> set_password(users::user_id id, std::string password_hash,
                                    std::optional<crypto::uuid> /*keep: it has no sessions*/) override {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(id);
        if (found == rows_.end()) co_return errc::not_found;
        users::user& changed = found->second.stored.user;
        found->second.stored.password_hash = std::move(password_hash);
        changed.updated_at = changed.password_changed_at = clock_.now();
        end_tokens(changed);
        co_return result<void>();
    }

    task<result<void>> upgrade_hash(users::user_id id, std::string expected,
                                    std::string password_hash) override {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(id);
        if (found != rows_.end() && found->second.stored.password_hash == expected) {
            found->second.stored.password_hash = std::move(password_hash);
        }
        co_return result<void>();
    }

    task<result<users::user>> set_disabled(users::user_id id, bool disabled) override {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(id);
        if (found == rows_.end()) co_return errc::not_found;
        users::user& changed = found->second.stored.user;
        if (changed.disabled == disabled) co_return changed;
        changed.disabled = disabled;
        changed.updated_at = clock_.now();
        end_tokens(changed);
        co_return changed;
    }

    task<result<void>> remove(users::user_id id) override {
        const std::lock_guard lock(mutex_);
        if (rows_.erase(id) == 0) co_return errc::not_found;
        removed_[id] = true;
        revocations_.apply({id.value, unix_time::max(), ++sequence_});
        co_return result<void>();
    }

    /// How often an account was looked up by name.
    std::size_t lookups() const {
        const std::lock_guard lock(mutex_);
        return lookups_;
    }

private:
    struct account {
        users::stored_user stored;
        std::string canonical;
    };

    bool has_name(const std::string& canonical) const {
        return std::any_of(rows_.begin(), rows_.end(),
                           [&](const auto& row) { return row.second.canonical == canonical; });
    }

    std::vector<users::collision> collisions_of(std::span<const users::new_user> added) const {
        std::vector<users::collision> found;
        std::set<std::string> names;
        std::set<users::user_id> ids;
        for (std::size_t i = 0; i < added.size(); ++i) {
            const auto& id = added[i].stored.user.id;
            if (!names.insert(added[i].canonical).second || has_name(added[i].canonical))
                found.push_back({i, users::collision::what::name});
            else if (!ids.insert(id).second || rows_.contains(id))
                found.push_back({i, users::collision::what::id});
        }
        return found;
    }

    void keep(account added) {
        sort(added.stored.user.scopes);
        const users::user kept = added.stored.user;
        rows_[kept.id] = std::move(added);
        if (kept.disabled || removed_.erase(kept.id) > 0) end_tokens(kept);
    }

    static void sort(std::vector<std::string>& scopes) {
        std::sort(scopes.begin(), scopes.end());
        scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
    }

    /// A clock that is set back revives no token, unless it was a day ahead.
    void end_tokens(const users::user& whose) {
        unix_time& ended = ended_at_[whose.id];
        const unix_time now = clock_.now();
        if (ended < now || ended > now + std::chrono::hours{24}) ended = now;
        revocations_.apply({whose.id.value, whose.disabled ? unix_time::max() : ended, ++sequence_});
    }

    tokens::revocations& revocations_;
    const wall_clock& clock_;
    mutable std::mutex mutex_;
    std::map<users::user_id, account> rows_;
    std::map<users::user_id, unix_time> ended_at_;
    std::map<users::user_id, bool> removed_;
    std::uint64_t sequence_ = 0;
    std::size_t lookups_ = 0;
    std::mt19937 random_{1};
};

}  // namespace latchkey::test
