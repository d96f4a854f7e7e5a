#pragma once

#include <string>

#include "base/errc.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"

namespace latchkey::cli {

/// The hash of a new password by the configured policy and cost. Errors of passwords::admit and
/// passwords::hash_password.
result<std::string> hash_new_password(const secret& password, const config::settings&);

/// The same without asking the policy for its length: the demo user's.
result<std::string> hash_any_password(const secret& password, const config::settings&);

}  // namespace latchkey::cli
