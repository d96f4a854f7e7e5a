#pragma once

#include <vector>

#include "base/clock.hpp"
#include "sessions/session.hpp"
#include "storage/sqlite/attachment.hpp"
#include "storage/sqlite/lane.hpp"
#include "tokens/revocations.hpp"

namespace latchkey::storage::sqlite {

/// What a write may use. Everything it does is in the batch's transaction and is undone when it answers an
/// error.
struct write_context {
    database& db;
    unix_time now;                                        ///< taken inside the transaction
    std::vector<tokens::revocation> noted_revocations{};  ///< in force once committed
    std::size_t sessions_added = 0;

    /// Ends the tokens of a user or session that were authenticated up to `until`.
    void end_tokens(const crypto::uuid& id, unix_time until);
};

struct writer_options {
    std::filesystem::path path;
    std::chrono::milliseconds revocations_kept;  ///< the longest lifetime of an access token
    tokens::revocations& revocations;
    std::atomic<std::uint64_t>& newest_revocation;  ///< sequence of the last one that was applied
    const wall_clock& clock;
    sessions::session_settings sessions;
};

/// The writer lane: one thread, one transaction and one sync for everything that queued while the last one
/// ran. A job is answered only after the commit; when that fails, all of them are errc::store_unavailable.
class writer {
public:
    explicit writer(writer_options);
    template <class T, class Work>
    task<result<T>> submit(Work work) {
        return sqlite::submit<T>(lane_, std::move(work));
    }
    /// For work that answers no error once it has written anything, and whose statements cannot violate a
    /// constraint (two ids that were drawn alike apart): it runs without a savepoint, which is a good part of
    /// the cost of a small job. Should it break all the same, the whole batch is undone.
    template <class T, class Work>
    task<result<T>> submit_whole(Work work) {
        return sqlite::submit<T, true>(lane_, std::move(work));
    }
    void stop() { lane_.stop(); }
    const lane_metrics& metrics() const noexcept { return lane_.metrics(); }

private:
    void run(batch<write_context>&) noexcept;
    void commit(batch<write_context>&);
    void prune(write_context&, std::size_t jobs);

    writer_options options_;
    attachment file_;
    unix_time pruned_at_{};
    std::size_t sessions_added_ = 0;  ///< since then
    sessions::session_id walked_;     ///< by session_table::prune
    bool prune_again_ = false;        ///< the last step left some
    lane<write_context> lane_;        ///< last: its thread uses the rest
};

}  // namespace latchkey::storage::sqlite
