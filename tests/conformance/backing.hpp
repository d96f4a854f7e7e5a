#pragma once

#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storage/store.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_directory.hpp"
#include "tokens/revocations.hpp"
#include "users/user_store.hpp"

namespace latchkey::test {

/// What a conformance test runs against.
class backing {
public:
    virtual ~backing() = default;
    virtual users::user_store& users() = 0;
    virtual sessions::session_store& sessions() = 0;
    virtual clients::client_store& clients() = 0;

    manual_clock clock;
    tokens::revocations revocations;
};

using make_backing = std::unique_ptr<backing> (*)();
std::unique_ptr<backing> make_memory_backing();
std::unique_ptr<backing> make_sqlite_backing();

/// A store of its own on a file, as another process would open it: own revocations, own connections.
struct opened_store {
    explicit opened_store(const std::filesystem::path& file, const wall_clock&,
                          const char* master_key = nullptr, bool create = true);
    tokens::revocations revocations;
    std::unique_ptr<storage::store> store;
};

/// A session of `user` as a login opens it, ten days long. Its id is fresh and later than those of before.
sessions::session make_session(const wall_clock&, const users::user_id& user, const std::string& client = "");

/// An account with a fresh id. `name` is display and canonical name.
users::stored_user make_user(const wall_clock&, const std::string& name);

/// Runs all tasks at once on four threads, each on its own strand, until all have ended.
template <class T>
std::vector<T> run_all(std::vector<task<T>> works) {
    asio::io_context context;
    std::vector<std::optional<T>> outcomes(works.size());
    for (std::size_t i = 0; i < works.size(); ++i) {
        asio::co_spawn(strand{context.get_executor()}, std::move(works[i]),
                       [&outcomes, i](std::exception_ptr e, T v) {
                           if (e) std::rethrow_exception(e);
                           outcomes[i].emplace(std::move(v));
                       });
    }
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&context] { context.run(); });
    }
    std::vector<T> values;
    for (auto& each : outcomes)
        values.push_back(std::move(each.value()));
    return values;
}

}  // namespace latchkey::test
