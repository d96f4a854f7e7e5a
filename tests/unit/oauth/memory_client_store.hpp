#pragma once

#include <map>

#include "clients/client_store.hpp"

namespace latchkey::test {

/// clients::client_store without a disk; says no when `broken`.
class memory_client_store final : public clients::client_store {
public:
    task<result<clients::client>> find(std::string client_id) override {
        ++finds;
        if (broken) co_return errc::store_unavailable;
        const auto row = rows.find(client_id);
        if (row == rows.end()) co_return errc::not_found;
        co_return row->second;
    }
    task<result<std::vector<clients::client>>> list(std::optional<std::string>, std::size_t) override {
        co_return std::vector<clients::client>{};
    }
    task<result<std::uint64_t>> count() override {
        if (broken) co_return errc::store_unavailable;
        co_return std::uint64_t{rows.size()};
    }
    task<result<void>> insert(clients::client added) override {
        const bool fresh = rows.emplace(added.client_id, added).second;
        if (!fresh) co_return errc::client_exists;
        co_return result<void>();
    }
    task<result<void>> update(clients::client) override { co_return result<void>(); }
    task<result<void>> remove(std::string) override { co_return result<void>(); }

    std::map<std::string, clients::client> rows;
    bool broken = false;
    int finds = 0;
};

}  // namespace latchkey::test
