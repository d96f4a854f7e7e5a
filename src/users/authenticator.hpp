#pragma once

#include <optional>
#include <string>

#include "audit/recorder.hpp"
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
    crypto::uuid session_id;           ///< for the session that this login opens
    std::string device_mark;           ///< for the device to keep and send next time; empty: it needs none
    bool password_too_common = false;  ///< the policy would refuse it today
};

/// Where an attempt comes from. Views, good until it has been answered.
struct login_origin {
    audit::origin by = {};              ///< the request; its address counts for the throttle
    std::string_view device_mark = {};  ///< that came along; anything
    std::string_view session = {};      ///< of the account, which the caller has proved to hold; empty: none
    std::optional<crypto::uuid> held_session = {};    ///< that the caller has proved to hold, of whatever
                                                      ///< account
    std::chrono::seconds* retry_after = nullptr;      ///< where errc::too_many_attempts says when to come
                                                      ///< again; may be null
    std::string_view failure_event = "login_failed";  ///< what the audit log calls a failure
};

/// Who is this? Checks user name and password.
class authenticator {
public:
    /// `throttle`: slows guessing down; null: nothing does. `policy`: judges passwords that were right; null:
    /// nothing does. All must outlive this.
    authenticator(user_store&, passwords::hash_pool&, const wall_clock&,
                  throttle::login_throttle* throttle = nullptr, const passwords::policy* policy = nullptr,
                  audit::recorder& = audit::unrecorded());

    /// errc::invalid_credentials for an unknown user, a wrong password, a disabled user, a name or password
    /// that cannot exist: always after one store look-up and one password hash, so that neither answer nor
    /// time tells them apart. errc::overloaded, out_of_memory, store_unavailable, shutting_down say nothing
    /// about the credentials; nor does errc::too_many_attempts, which comes before any look-up or hash. A
    /// failure is recorded with its reason before it is answered (errc::audit_unavailable when it cannot be);
    /// a success is the caller's to record.
    task<result<authenticated_user>> authenticate(std::string username, secret password,
                                                  login_origin from = {});

    /// Tells the hash pool which hashes the store has, so that users who do not exist go on costing what
    /// others cost: at the start, and now and then. errc::store_unavailable.
    task<result<void>> follow_stored_hashes();

    /// Whether there is no room for a login now. It then is errc::overloaded, and counted as such.
    bool refuses_now() const { return pool_.refuses_now(); }
    /// How long a login that was refused for lack of room should wait (Retry-After).
    std::chrono::seconds retry_after() const noexcept { return pool_.retry_after(); }

private:
    user_store& store_;
    passwords::hash_pool& pool_;
    const wall_clock& clock_;
    throttle::login_throttle* throttle_;
    const passwords::policy* policy_;
    audit::recorder& audit_;
};

}  // namespace latchkey::users
