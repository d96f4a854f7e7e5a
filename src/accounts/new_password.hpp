#pragma once

#include <string>

#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "http/response.hpp"
#include "passwords/hash_pool.hpp"
#include "passwords/policy.hpp"

namespace latchkey::accounts {

/// Judges and hashes passwords that are being set.
class new_passwords {
public:
    new_passwords(passwords::hash_pool&, passwords::policy);
    /// `of`: whose password it will be. Errors of passwords::admit and passwords::hash_pool::hash.
    task<result<std::string>> hash(secret password, passwords::owner of) const;
    /// Answers such an error: what is wrong and what would be right.
    void refuse(http::response& out, errc) const;

private:
    passwords::hash_pool& pool_;
    passwords::policy policy_;
};

}  // namespace latchkey::accounts
