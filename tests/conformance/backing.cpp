#include "conformance/backing.hpp"

#include <cstdlib>
#include <stdexcept>

#include "support/memory_user_store.hpp"

namespace latchkey::test {
namespace {

class memory_backing final : public backing {
public:
    users::user_store& users() override { return store_; }
    sessions::session_store& sessions() override { throw std::logic_error("no sessions in memory"); }
    clients::client_store& clients() override { throw std::logic_error("no clients in memory"); }

private:
    memory_user_store store_{revocations, clock};
};

class sqlite_backing final : public backing {
public:
    users::user_store& users() override { return store_->users(); }
    sessions::session_store& sessions() override { return store_->sessions(); }
    clients::client_store& clients() override { return store_->clients(); }

private:
    temporary_directory directory_;
    std::unique_ptr<storage::store> store_ =
        storage::open({.url = "sqlite:" + (directory_.path() / "latchkey.db").string(),
                       .master_key = {},
                       .revocations = revocations,
                       .clock = clock,
                       .sessions = {}});
};

}  // namespace

std::unique_ptr<backing> make_memory_backing() {
    return std::make_unique<memory_backing>();
}
std::unique_ptr<backing> make_sqlite_backing() {
    return std::make_unique<sqlite_backing>();
}

opened_store::opened_store(const std::filesystem::path& file, const wall_clock& clock, const char* master_key,
                           bool create) {
    std::optional<crypto::master_key> master;
    if (master_key) master.emplace(secret(std::string_view(master_key)));
    store = storage::open({.url = "sqlite:" + file.string(),
                           .master_key = std::move(master),
                           .create = create,
                           .revocations = revocations,
                           .clock = clock,
                           .sessions = {}});
}

sessions::session make_session(const wall_clock& clock, const users::user_id& user,
                               const std::string& client) {
    sessions::session made;
    made.id = {crypto::uuid::v7(clock.now())};
    made.user = user;
    made.client_id = client;
    made.scope = "items me";
    made.created_at = made.last_used_at = clock.now();
    made.expires_at = clock.now() + std::chrono::hours{24 * 10};
    made.user_agent = "browser";
    made.address = "192.0.2.1";
    return made;
}

users::stored_user make_user(const wall_clock& clock, const std::string& name) {
    users::stored_user made;
    made.user.id = {crypto::uuid::v7(clock.now())};
    made.user.username = name;
    made.user.created_at = made.user.updated_at = made.user.password_changed_at = clock.now();
    made.password_hash = "hash of " + name;
    return made;
}

}  // namespace latchkey::test
