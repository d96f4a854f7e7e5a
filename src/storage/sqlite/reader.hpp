#pragma once

#include "storage/sqlite/attachment.hpp"
#include "storage/sqlite/lane.hpp"

namespace latchkey::storage::sqlite {

/// What a read may use: one snapshot for the whole batch, taken after all of its jobs were asked for.
struct read_context {
    database& db;
    std::uint32_t generation;  ///< how often the file was opened

    /// Differs after every commit of any connection and every reopening.
    std::uint64_t change_counter() const;
};

/// The reader lane: a thread with a connection that cannot write.
class reader {
public:
    reader(std::filesystem::path, const std::atomic<std::uint64_t>& newest_revocation);
    template <class T, class Work>
    task<result<T>> submit(Work work) {
        return sqlite::submit<T>(lane_, std::move(work));
    }
    void stop() { lane_.stop(); }
    const lane_metrics& metrics() const noexcept { return lane_.metrics(); }

private:
    void run(batch<read_context>&) noexcept;
    void run_in_snapshot(batch<read_context>&);

    attachment file_;
    lane<read_context> lane_;  ///< last: its thread uses the rest
};

}  // namespace latchkey::storage::sqlite
