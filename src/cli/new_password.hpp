#pragma once

#include <string>

#include "base/errc.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "passwords/policy.hpp"

namespace latchkey::cli {

/// The hash of a new password by the configured policy and cost. `of`: whose it will be. Errors of
/// passwords::admit and passwords::hash_password; throws passwords::blocklist_error.
result<std::string> hash_new_password(const secret& password, const passwords::owner& of,
                                      const config::settings&);

/// The same without asking the policy: the demo user's.
result<std::string> hash_any_password(const secret& password, const config::settings&);

}  // namespace latchkey::cli
