#pragma once

#include "cli/doctor/finding.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "storage/inspect.hpp"

/// What `latchkey doctor` looks at. Each check adds what it has found and changes nothing.
namespace latchkey::cli::doctor {

/// Owner, mode, space and kind of file system of the directory in which the store lies.
void check_directory(const std::filesystem::path&, const storage::inspection&, findings&);
/// Version, integrity, log, what lies beside it; whether the time makes sense beside the store's.
void check_store(const storage::inspection&, unix_time now, findings&);
/// Whether keys are sealed and open with the master key; which key signs, and since when.
void check_keys(const storage::inspection&, const config::settings&, const config::secrets&, unix_time now,
                findings&);
/// Whether the audit log can be appended to, and by nobody else. What is in it is `latchkey audit verify`'s.
void check_audit(const config::settings&, findings&);
/// Clock, memory for hashing, processor and huge pages, file descriptors.
void check_machine(const config::settings&, findings&);
/// Where the service listens, who answers there, who can reach it, and what a proxy in front needs.
void check_network(const config::settings&, findings&);
/// Certificate and private key: they fit, are in time, and the key is nobody else's.
void check_tls(const config::settings&, unix_time now, findings&);

}  // namespace latchkey::cli::doctor
