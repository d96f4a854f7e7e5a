#include "storage/sqlite/reader.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"

namespace latchkey::storage::sqlite {
namespace {

/// Reads that may wait; more are refused, since their callers would time out anyway.
constexpr std::size_t capacity = 16'384;

void fail_all(batch<read_context>& jobs, errc e) {
    for (auto& each : jobs)
        each->fail(e);
}

}  // namespace

std::uint64_t read_context::change_counter() const {
    const auto seen = static_cast<std::uint64_t>(db.integer("PRAGMA data_version")) & 0xFFFF'FFFF;
    return std::uint64_t{generation} << 32 | seen;
}

reader::reader(std::filesystem::path path, const std::atomic<std::uint64_t>& newest_revocation)
    : file_(std::move(path), attachment::use::reading, newest_revocation),
      lane_((file_.open(), capacity), [this](batch<read_context>& jobs) { run(jobs); }) {}

void reader::run(batch<read_context>& jobs) noexcept {
    try {
        run_in_snapshot(jobs);
        file_.works();
    } catch (const failure& broken) {
        file_.give_up(broken);
        return fail_all(jobs, broken.error());
    } catch (const std::exception& broken) {
        log::error("a read failed", {{"reason", broken.what()}});
        file_.give_up(failure(SQLITE_ERROR, "reading"));
        return fail_all(jobs, errc::internal);
    }
    for (auto& each : jobs)
        each->finish();
}

void reader::run_in_snapshot(batch<read_context>& jobs) {
    database& db = file_.open();
    db.execute("BEGIN");
    read_context context{db, file_.generation()};
    for (auto& each : jobs)
        each->run(context);
    db.execute("COMMIT");
}

}  // namespace latchkey::storage::sqlite
