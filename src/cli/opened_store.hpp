#pragma once

#include <memory>

#include "audit/journal.hpp"
#include "base/clock.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "storage/store.hpp"
#include "tokens/revocations.hpp"

namespace latchkey::cli {

/// The store, opened for one command; a server may have it open at the same time. Stopped when destroyed.
class opened_store {
public:
    /// Throws storage::open_error. Takes the master key out of the secrets.
    opened_store(const config::settings&, config::secrets&, bool create);
    opened_store(const opened_store&) = delete;
    opened_store& operator=(const opened_store&) = delete;
    ~opened_store();

    users::user_store& users() { return store_->users(); }
    clients::client_store& clients() { return store_->clients(); }
    tokens::key_store& keys() { return store_->keys(); }
    /// Opens the audit log, for a command that is about to change something. Throws command_error: nothing
    /// was done, because it could not be recorded. Where standard output is the service's audit log there is
    /// none for commands, and the log says so.
    void prepare_record();
    /// Records what was done. Throws command_error: it was done, and could not be recorded after all.
    void record(audit::event);
    /// The key of this installation's audit records, made when there is none.
    result<secret> audit_key();
    /// What was revoked until now, whoever did it.
    result<void> refresh_revocations();
    const tokens::revocations& revocations() const { return revocations_; }
    const wall_clock& clock() const { return clock_; }
    unix_time now() const { return clock_.now(); }

private:
    system_wall_clock clock_;
    tokens::revocations revocations_;
    std::filesystem::path audit_file_;
    std::unique_ptr<storage::store> store_;
    std::unique_ptr<audit::journal> journal_;
};

/// Something that a command does, by whom on this machine.
audit::event command_event(std::string_view name);

}  // namespace latchkey::cli
