#pragma once

#include <string>

#include "app/app.hpp"
#include "base/run_task.hpp"
#include "crypto/uuid.hpp"
#include "passwords/sodium_engine.hpp"
#include "support/exchange.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_directory.hpp"
#include "users/username.hpp"

namespace latchkey::test {

/// The whole application on a store of its own in a temporary directory, with a clock that stands still and
/// cheap hashes.
class running_service {
public:
    /// `dev`: as `latchkey dev` has it.
    explicit running_service(config::settings s = {}, bool dev = false)
        : service_(adapt(std::move(s)), {}, clock, dev) {}
    ~running_service() { service_.stop(); }

    void add_user(std::string_view name, std::string_view password, std::vector<std::string> scopes = {}) {
        const auto username = users::parse_username(name).value();
        passwords::sodium_engine engine;
        users::stored_user stored;
        stored.user.id = {crypto::uuid::v7(clock.now())};
        stored.user.username = username.display;
        stored.user.scopes = std::move(scopes);
        stored.user.created_at = stored.user.updated_at = stored.user.password_changed_at = clock.now();
        stored.password_hash = passwords::hash_password(engine, secret(password), cheap).value();
        run_task(service_.users().insert(std::move(stored), username.canonical)).value();
    }

    users::user_id id_of(std::string_view name) {
        return run_task(service_.users().find_by_username(users::parse_username(name)->canonical))
            .value()
            .user.id;
    }

    answer send(std::string_view bytes) { return test::exchange(service_.public_handler(), bytes); }
    answer log_in(std::string_view form = "username=johndoe&password=secret") {
        return send(post_form("/token", form));
    }
    std::string token(std::string_view form = "username=johndoe&password=secret") {
        return log_in(form).text("access_token");
    }

    app::service& operator*() { return service_; }
    app::service* operator->() { return &service_; }

    manual_clock clock;

private:
    static constexpr passwords::argon2_parameters cheap{.memory_kib = 1024, .passes = 1, .lanes = 1};

    config::settings adapt(config::settings s) {
        s.data_dir = directory_.path();
        s.hashing.memory.bytes = std::uint64_t{cheap.memory_kib} * 1024;
        s.hashing.passes = cheap.passes;
        return s;
    }

    const temporary_directory directory_;
    app::service service_;
};

}  // namespace latchkey::test
