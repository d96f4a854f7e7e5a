#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "crypto/secret.hpp"
#include "passwords/hash_pool.hpp"
#include "passwords/policy.hpp"
#include "throttle/login_throttle.hpp"
#include "users/user.hpp"
#include "users/user_store.hpp"

namespace latchkey::users {

/// An account whose password was right, and the moment whose state of the account that speaks of.
struct authenticated_user {
    users::user user;
    unix_time authenticated_at;        ///< taken before the account was read
    std::string device_mark;           ///< for the device to keep and send next time; empty: it needs none
    bool password_too_common = false;  ///< the policy would refuse it today
};

/// Who is this? Checks user name and password.
class authenticator {
public:
    /// `throttle`: slows guessing down; null: nothing does. `policy`: judges passwords that were right; null:
    /// nothing does. All must outlive this.
    authenticator(user_store&, passwords::hash_pool&, const wall_clock&,
                  throttle::login_throttle* throttle = nullptr, const passwords::policy* policy = nullptr);

    /// errc::invalid_credentials for an unknown user, a wrong password, a disabled user, a name or password
    /// that cannot exist: always after one store look-up and one password hash, so that neither answer nor
    /// time tells them apart. errc::overloaded, out_of_memory, store_unavailable, shutting_down say nothing
    /// about the credentials; nor does errc::too_many_attempts, which comes before any look-up or hash.
    task<result<authenticated_user>> authenticate(std::string username, secret password,
                                                  throttle::origin from = {});

    /// Tells the hash pool which hashes the store has, so that users who do not exist go on costing what
    /// others cost: at the start, and now and then. errc::store_unavailable.
    task<result<void>> follow_stored_hashes();

    /// How long a login that was refused for lack of room should wait (Retry-After).
    std::chrono::seconds retry_after() const noexcept { return pool_.retry_after(); }

private:
    user_store& store_;
    passwords::hash_pool& pool_;
    const wall_clock& clock_;
    throttle::login_throttle* throttle_;
    const passwords::policy* policy_;
};

}  // namespace latchkey::users
