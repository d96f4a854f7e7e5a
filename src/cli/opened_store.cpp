#include "cli/opened_store.hpp"

#include <unistd.h>

#include <stdexcept>

#include "audit/journal.hpp"
#include "base/run_task.hpp"
#include "cli/command_error.hpp"
#include "crypto/random.hpp"

namespace latchkey::cli {

namespace {

std::optional<crypto::master_key> master_key_of(config::secrets& secrets) {
    std::optional<crypto::master_key> key;
    if (secrets.master_key) key.emplace(*secrets.master_key);
    secrets.master_key.reset();
    return key;
}

/// The store forgets sessions by the lifetimes it is told, also while a command has it open.
sessions::session_settings session_settings(const config::settings& s) {
    return {.idle_lifetime = s.sessions.idle_lifetime,
            .absolute_lifetime = s.sessions.absolute_lifetime,
            .reuse_window = s.tokens.refresh_reuse_window};
}

}  // namespace

opened_store::opened_store(const config::settings& settings, config::secrets& secrets, bool create)
    : audit_file_(settings.audit.file == "-" ? std::filesystem::path() : settings.audit.file),
      store_(storage::open({.url = config::store_url(settings),
                            .master_key = master_key_of(secrets),
                            .create = create,
                            .revocations = revocations_,
                            .clock = clock_,
                            .sessions = session_settings(settings)})) {}

void opened_store::record(audit::event what) {
    if (audit_file_.empty()) return;
    const auto unrecorded = [&](const std::string& why) {
        return failed("audit", audit_file_.string(), "the command was carried out and not recorded: " + why,
                      "latchkey audit verify " + audit_file_.string());
    };
    auto key = audit_key();
    if (!key) throw unrecorded(std::string(name(key.error())));
    try {
        audit::journal journal(audit_file_, *key, clock_);
        const auto kept = run_task(journal.record(std::move(what)));
        if (!kept) throw unrecorded("it cannot be written");
    } catch (const std::runtime_error& e) {
        throw unrecorded(e.what());
    }
}

result<secret> opened_store::audit_key() {
    return run_task(store_->keys().ensure_secret(audit::key_name, crypto::random_secret(audit::key_size)));
}

audit::event command_event(std::string_view name) {
    audit::event event(name);
    event.add("by", "command line").add("uid", std::uint64_t{getuid()});
    return event;
}

result<void> opened_store::refresh_revocations() {
    return run_task(store_->refresh_revocations());
}

opened_store::~opened_store() {
    store_->stop();
}

}  // namespace latchkey::cli
