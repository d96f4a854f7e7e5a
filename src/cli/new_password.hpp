#pragma once

#include <string>

#include "base/errc.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "passwords/policy.hpp"

namespace latchkey::cli {

/// The configured policy. Throws passwords::blocklist_error: ask for it before the password, which nobody
/// types twice for nothing.
passwords::policy configured_policy(const config::settings&);

/// The hash of a new password that the policy admits, by the configured cost. `of`: whose it will be. Errors
/// of passwords::admit and passwords::hash_password.
result<std::string> hash_new_password(const secret& password, const passwords::owner& of,
                                      const passwords::policy&, const config::settings&);

/// The same without asking a policy: the demo user's.
result<std::string> hash_any_password(const secret& password, const config::settings&);

}  // namespace latchkey::cli
