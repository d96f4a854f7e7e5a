#include "cli/opened_store.hpp"

#include <unistd.h>

#include <stdexcept>

#include "base/log.hpp"
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
    : audit_file_(settings.audit.file),
      store_(storage::open({.url = config::store_url(settings),
                            .master_key = master_key_of(secrets),
                            .create = create,
                            .revocations = revocations_,
                            .clock = clock_,
                            .sessions = session_settings(settings)})) {}

void opened_store::prepare_record() {
    if (audit_file_.empty() || journal_) return;
    if (audit_file_ == "-") {
        log::warn("not recorded: audit.file is standard output, which is the service's alone",
                  {{"try", "a file as audit.file, for the service and for commands"}});
        return;
    }
    const auto refused = [&](const std::string& why) {
        return failed("audit", audit_file_.string(),
                      "nothing was done, because it could not be recorded: " + why,
                      "latchkey audit verify " + audit_file_.string());
    };
    auto key = audit_key();
    if (!key) throw refused(std::string(name(key.error())));
    try {
        journal_ = std::make_unique<audit::journal>(audit_file_, *key, clock_);
    } catch (const std::runtime_error& e) {
        throw refused(e.what());
    }
}

void opened_store::record(audit::event what) {
    if (!journal_) return;
    if (run_task(journal_->record(std::move(what)))) return;
    throw failed("audit", audit_file_.string(), "the command was carried out, and could not be recorded",
                 "latchkey audit verify " + audit_file_.string());
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
