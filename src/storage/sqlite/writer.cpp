#include "storage/sqlite/writer.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "storage/sqlite/revocation_table.hpp"
#include "storage/sqlite/session_table.hpp"

namespace latchkey::storage::sqlite {
namespace {

/// Writes that may wait; more are refused.
constexpr std::size_t capacity = 16'384;
/// A few syncs of a fast disk; who shares one saves the others theirs.
constexpr std::chrono::microseconds patience{500};
/// Between two small steps of tidying up, unless the last one left something.
constexpr std::chrono::milliseconds prune_interval{1'000};
/// Revocations a step removes, and more when many jobs share the commit: it keeps up with what they add. And
/// sessions it looks at, with some more for each that was added since the last: the walk has come round
/// before the table has grown by a quarter.
constexpr std::size_t prune_step = 100;
constexpr std::size_t looks_for_each_added = 4;

void fail_all(batch<write_context>& jobs, errc e) {
    for (auto& each : jobs)
        each->fail(e);
}

/// BEGIN IMMEDIATE … COMMIT; rolls back unless committed.
class transaction {
public:
    explicit transaction(database& db) : db_(db) { db_.execute("BEGIN IMMEDIATE"); }
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction() {
        try {
            if (db_.in_transaction()) db_.execute("ROLLBACK");
        } catch (const std::exception&) {
            // The connection is given up next, which rolls back as well.
        }
    }
    void commit() { db_.execute("COMMIT"); }

private:
    database& db_;
};

/// One job in its own savepoint: an error that it answers undoes its work alone.
void run_alone(job<write_context>& work, write_context& context) {
    if (work.is_whole()) {
        work.run(context);  // what it throws undoes the batch
        return;
    }
    const auto noted_before = context.noted_revocations.size();
    context.db.execute("SAVEPOINT job");
    bool kept = false;
    try {
        kept = work.run(context);
    } catch (const failure& broken) {
        if (broken.error() != errc::internal || !context.db.in_transaction()) throw;
        log::error("a write failed", {{"reason", broken.what()}});
        work.spoil(errc::internal);
    }
    if (!kept) {
        context.noted_revocations.resize(noted_before);
        context.db.execute("ROLLBACK TO job");
    }
    context.db.execute("RELEASE job");
}

}  // namespace

void write_context::end_tokens(const crypto::uuid& id, unix_time until) {
    noted_revocations.push_back(revocation_table::note(db, id, until, now));
}

writer::writer(writer_options options)
    : options_(std::move(options)),
      file_(options_.path, attachment::use::writing, options_.newest_revocation),
      lane_((file_.open(), capacity), [this](batch<write_context>& jobs) { run(jobs); }, patience) {}

void writer::run(batch<write_context>& jobs) noexcept {
    try {
        commit(jobs);
        file_.works();
    } catch (const failure& broken) {
        file_.give_up(broken);
        return fail_all(jobs, errc::store_unavailable);
    } catch (const std::exception& broken) {
        log::error("a commit failed", {{"reason", broken.what()}});
        file_.give_up(failure(SQLITE_ERROR, "writing"));
        return fail_all(jobs, errc::internal);
    }
    for (auto& each : jobs)
        each->finish();
}

void writer::commit(batch<write_context>& jobs) {
    database& db = file_.open();
    transaction all(db);
    write_context context{.db = db, .now = options_.clock.now()};
    for (auto& each : jobs)
        run_alone(*each, context);
    sessions_added_ += context.sessions_added;
    prune(context, jobs.size());
    all.commit();
    // A file that was moved or replaced took the commit with it: nothing may be acknowledged.
    file_.check_in_place();
    revocation_table::apply(context.noted_revocations, options_.revocations, options_.newest_revocation);
}

void writer::prune(write_context& context, std::size_t jobs) {
    const auto since = context.now - pruned_at_;
    const bool lately = since >= std::chrono::milliseconds::zero() && since < prune_interval;
    if (lately && !prune_again_) return;
    pruned_at_ = context.now;
    const std::size_t step = prune_step + 2 * jobs;
    const auto revocations =
        revocation_table::prune(context.db, context.now - options_.revocations_kept, step);
    const std::size_t walk = prune_step + looks_for_each_added * std::exchange(sessions_added_, 0);
    const auto sessions = session_table::prune(context.db, context.now, options_.sessions, walked_, walk);
    prune_again_ = revocations == step || sessions >= walk / 2;
}

}  // namespace latchkey::storage::sqlite
