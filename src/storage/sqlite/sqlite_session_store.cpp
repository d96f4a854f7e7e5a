#include "storage/sqlite/sqlite_session_store.hpp"

#include <algorithm>
#include <utility>

#include "storage/sqlite/session_table.hpp"

namespace latchkey::storage::sqlite {
namespace {

using sessions::refresh_outcome;
using sessions::refreshed;
using sessions::session;
using sessions::session_id;
using sessions::session_settings;

void add(std::atomic<std::uint64_t>& number, std::uint64_t by = 1) noexcept {
    number.fetch_add(by, std::memory_order_relaxed);
}

/// The answer is about now, and yet its access token must outlive the password change that kept this very
/// session: both may fall into one millisecond, or the clock may have been set back between them.
refreshed answer(session_table::session_of_user found, std::uint32_t successor, unix_time now) {
    const auto authenticated_at = std::max(now, found.tokens_ended_at + std::chrono::milliseconds{1});
    return {std::move(found.session), std::move(found.user), successor, authenticated_at};
}

/// What a refresh came to. Without an answer it is refused; what a refusal has changed is to stay, so it is
/// no error to the writer. Without an outcome there was nothing to refresh.
struct attempt {
    std::optional<refresh_outcome> outcome;
    std::optional<refreshed> answer;
};

attempt refresh_session(write_context& context, const session_id& id, std::uint32_t presented,
                        std::string_view client_id, const session_settings& settings) {
    auto found = session_table::find_with_user(context.db, id);
    if (!found || found->user.disabled) return {};
    session& current = found->session;
    if (!current.client_id.empty() && current.client_id != client_id) return {};

    const auto step = sessions::refresh(current, presented, context.now, settings);
    switch (step.outcome) {
        case refresh_outcome::rotated:
            session_table::advance(context.db, current);
            return {step.outcome, answer(std::move(*found), step.successor, context.now)};
        case refresh_outcome::repeated:
            return {step.outcome, answer(std::move(*found), step.successor, context.now)};
        case refresh_outcome::replayed:
            session_table::end(context, id, std::nullopt);
            break;
        case refresh_outcome::expired:
            session_table::erase(context.db, id);
            break;
        case refresh_outcome::foreign:
            break;
    }
    return {step.outcome, std::nullopt};
}

void count(sessions::session_metrics& counts, refresh_outcome outcome) noexcept {
    switch (outcome) {
        case refresh_outcome::rotated:
            return add(counts.rotated);
        case refresh_outcome::repeated:
            return add(counts.repeated);
        case refresh_outcome::replayed:
            return add(counts.replayed);
        case refresh_outcome::expired:
            return add(counts.expired);
        case refresh_outcome::foreign:
            return;
    }
}

}  // namespace

task<result<void>> sqlite_session_store::open(session opened, unix_time authenticated_at) {
    auto work = [opened = std::move(opened), authenticated_at](write_context& context) -> result<void> {
        if (!session_table::insert(context, opened, authenticated_at)) return errc::invalid_credentials;
        return {};
    };
    auto done = co_await writer_.submit_whole<void>(std::move(work));
    if (done) add(metrics_.opened);
    co_return done;
}

task<result<refreshed>> sqlite_session_store::refresh(session_id id, std::uint32_t presented,
                                                      std::string client_id) {
    auto work = [this, id, presented, client_id = std::move(client_id)](write_context& context) {
        return result<attempt>(refresh_session(context, id, presented, client_id, settings_));
    };
    auto done = co_await writer_.submit_whole<attempt>(std::move(work));
    if (!done) co_return done.error();
    if (done->outcome) sqlite::count(metrics_, *done->outcome);
    if (done->outcome == refresh_outcome::replayed) co_return errc::refresh_token_reused;
    if (!done->answer) co_return errc::invalid_refresh_token;
    co_return std::move(*done->answer);
}

task<result<session>> sqlite_session_store::find(session_id id) {
    const auto now = clock_.now();
    return reader_.submit<session>([this, id, now](read_context& context) -> result<session> {
        auto found = session_table::find(context.db, id);
        if (!found || sessions::is_expired(*found, now, settings_)) return errc::not_found;
        return std::move(*found);
    });
}

task<result<std::vector<session>>> sqlite_session_store::list(users::user_id user, std::size_t limit) {
    const auto now = clock_.now();
    return reader_.submit<std::vector<session>>([this, user, now, limit](read_context& context) {
        return result<std::vector<session>>(session_table::list(context.db, user, now, settings_, limit));
    });
}

task<result<void>> sqlite_session_store::end(session_id id, std::optional<users::user_id> owner) {
    auto work = [id, owner](write_context& context) -> result<void> {
        if (!session_table::end(context, id, owner)) return errc::not_found;
        return {};
    };
    auto done = co_await writer_.submit_whole<void>(std::move(work));
    if (done) add(metrics_.ended);
    co_return done;
}

task<result<std::uint64_t>> sqlite_session_store::end_all(users::user_id user,
                                                          std::optional<session_id> keep) {
    const auto kept = keep ? std::optional(keep->value) : std::nullopt;
    auto work = [user, kept](write_context& context) {
        return result<std::uint64_t>(session_table::end_of_user(context, user, kept));
    };
    auto done = co_await writer_.submit_whole<std::uint64_t>(std::move(work));
    if (done) add(metrics_.ended, *done);
    co_return done;
}

task<result<std::uint64_t>> sqlite_session_store::count() {
    auto kept = co_await reader_.submit<std::uint64_t>([](read_context& context) {
        return result<std::uint64_t>(
            static_cast<std::uint64_t>(context.db.integer("SELECT count(*) FROM sessions")));
    });
    if (kept) metrics_.kept.store(static_cast<std::int64_t>(*kept), std::memory_order_relaxed);
    co_return kept;
}

}  // namespace latchkey::storage::sqlite
