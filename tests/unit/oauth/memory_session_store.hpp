#pragma once

#include <map>
#include <mutex>

#include "sessions/session_store.hpp"
#include "tokens/revocations.hpp"
#include "users/user_store.hpp"

namespace latchkey::test {

/// sessions::session_store without a disk. Reads accounts from the user store given; says no when `broken`.
class memory_session_store final : public sessions::session_store {
public:
    memory_session_store(users::user_store& users, tokens::revocations& revocations, const wall_clock& clock,
                         sessions::session_settings settings)
        : users_(users), revocations_(revocations), clock_(clock), settings_(settings) {}

    task<result<void>> open(sessions::session begun, unix_time authenticated_at) override {
        if (broken) co_return errc::store_unavailable;
        const auto owner = co_await users_.find_by_id(begun.user);
        if (!owner || owner->disabled || owner->password_changed_at > authenticated_at)
            co_return errc::invalid_credentials;
        rows[begun.id] = std::move(begun);
        co_return result<void>();
    }

    task<result<sessions::refreshed>> refresh(sessions::session_id id, std::uint32_t presented,
                                              std::string client_id) override {
        ++refreshes;
        if (broken) co_return errc::store_unavailable;
        const auto row = rows.find(id);
        if (row == rows.end()) co_return errc::invalid_refresh_token;
        auto& session = row->second;
        if (!session.client_id.empty() && session.client_id != client_id)
            co_return errc::invalid_refresh_token;
        auto owner = co_await users_.find_by_id(session.user);
        if (!owner || owner->disabled) co_return errc::invalid_refresh_token;
        const auto step = sessions::refresh(session, presented, clock_.now(), settings_);
        switch (step.outcome) {
            case sessions::refresh_outcome::rotated:
            case sessions::refresh_outcome::repeated:
                co_return sessions::refreshed{session, std::move(*owner), step.successor, clock_.now()};
            case sessions::refresh_outcome::replayed:
                drop(id);
                co_return errc::refresh_token_reused;
            case sessions::refresh_outcome::expired:
                drop(id);
                break;
            case sessions::refresh_outcome::foreign:
                break;
        }
        co_return errc::invalid_refresh_token;
    }

    task<result<sessions::session>> find(sessions::session_id id) override {
        ++finds;
        if (broken || broken_find) co_return errc::store_unavailable;
        const auto row = rows.find(id);
        if (row == rows.end()) co_return errc::not_found;
        co_return row->second;
    }

    task<result<std::vector<sessions::session>>> list(users::user_id, std::size_t) override {
        co_return std::vector<sessions::session>{};
    }

    task<result<void>> end(sessions::session_id id, std::optional<users::user_id> owner) override {
        if (broken) co_return errc::store_unavailable;
        const auto row = rows.find(id);
        if (row == rows.end() || (owner && row->second.user != *owner)) co_return errc::not_found;
        drop(id);
        co_return result<void>();
    }

    task<result<std::uint64_t>> end_all(users::user_id, std::optional<sessions::session_id>) override {
        co_return std::uint64_t{0};
    }
    task<result<std::uint64_t>> count() override { co_return std::uint64_t{rows.size()}; }

    /// The only session there is.
    const sessions::session& only() const { return rows.begin()->second; }

    std::map<sessions::session_id, sessions::session> rows;
    bool broken = false;
    bool broken_find = false;
    int refreshes = 0;
    int finds = 0;

private:
    void drop(sessions::session_id id) {
        rows.erase(id);
        revocations_.apply({id.value, unix_time::max(), ++sequence_});
    }

    users::user_store& users_;
    tokens::revocations& revocations_;
    const wall_clock& clock_;
    sessions::session_settings settings_;
    std::uint64_t sequence_ = 1'000'000;
};

}  // namespace latchkey::test
