#pragma once

#include "sessions/session_store.hpp"
#include "storage/sqlite/reader.hpp"
#include "storage/sqlite/writer.hpp"

namespace latchkey::storage::sqlite {

/// sessions::session_store on the two lanes. They and the clock must outlive it.
class sqlite_session_store final : public sessions::session_store {
public:
    sqlite_session_store(reader& reads, writer& writes, const sessions::session_settings& settings,
                         const wall_clock& clock)
        : reader_(reads), writer_(writes), settings_(settings), clock_(clock) {}

    task<result<void>> open(sessions::session, unix_time authenticated_at) override;
    task<result<sessions::refreshed>> refresh(sessions::session_id, std::uint32_t presented,
                                              std::string client_id) override;
    task<result<sessions::session>> find(sessions::session_id) override;
    task<result<std::vector<sessions::session>>> list(users::user_id, std::size_t limit) override;
    task<result<void>> end(sessions::session_id, std::optional<users::user_id> owner) override;
    task<result<std::uint64_t>> end_all(users::user_id, std::optional<sessions::session_id> keep) override;
    task<result<std::uint64_t>> count() override;

private:
    reader& reader_;
    writer& writer_;
    const sessions::session_settings settings_;
    const wall_clock& clock_;
};

}  // namespace latchkey::storage::sqlite
