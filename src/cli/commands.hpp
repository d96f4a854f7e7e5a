#pragma once

#include "cli/context.hpp"

/// One function a command family, each in the source file of its name.
namespace latchkey::cli {

void add_serve(CLI::App&, context&);
void add_dev(CLI::App&, context&);
void add_user(CLI::App&, context&);
void add_client(CLI::App&, context&);
void add_key(CLI::App&, context&);
void add_token(CLI::App&, context&);
void add_audit(CLI::App&, context&);
void add_config(CLI::App&, context&);
void add_backup(CLI::App&, context&);
void add_restore(CLI::App&, context&);
void add_calibrate(CLI::App&, context&);
void add_doctor(CLI::App&, context&);
void add_completion(CLI::App&, context&);
void add_man(CLI::App&, context&);
void add_healthcheck(CLI::App&, context&);
void add_version(CLI::App&, context&);

}  // namespace latchkey::cli
