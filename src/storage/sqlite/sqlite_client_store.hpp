#pragma once

#include "clients/client_store.hpp"
#include "storage/sqlite/reader.hpp"
#include "storage/sqlite/writer.hpp"

namespace latchkey::storage::sqlite {

/// clients::client_store on the two lanes, which must outlive it.
class sqlite_client_store final : public clients::client_store {
public:
    sqlite_client_store(reader& reads, writer& writes) noexcept : reader_(reads), writer_(writes) {}

    task<result<clients::client>> find(std::string client_id) override;
    task<result<std::vector<clients::client>>> list(std::optional<std::string> after,
                                                    std::size_t limit) override;
    task<result<std::uint64_t>> count() override;
    task<result<void>> insert(clients::client) override;
    task<result<void>> update(clients::client) override;
    task<result<void>> remove(std::string client_id) override;

private:
    reader& reader_;
    writer& writer_;
};

}  // namespace latchkey::storage::sqlite
