#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "base/task.hpp"
#include "users/user.hpp"

namespace latchkey::users {

/// What may change besides password and disabled flag; absent members stay.
struct user_changes {
    std::optional<std::string> email;  ///< empty text removes it
    std::optional<std::vector<std::string>> scopes;
};

struct new_user {
    stored_user stored;
    std::string canonical;  ///< of the name: what must be unique
};

/// Why one of many cannot be inserted.
struct collision {
    enum class what : std::uint8_t { name, id };
    std::size_t index = 0;  ///< in what was given
    what same = what::name;
    bool operator==(const collision&) const = default;
};

/// Port: where accounts are kept. tests/conformance/ states what every implementation does.
///
/// Asynchronous: every call suspends the caller and comes back to its strand. What a call acknowledged is
/// durable. Calls are linearisable. Thread-safe. Every call may answer errc::store_unavailable; it may
/// succeed again later.
///
/// Disabling, deleting and changing a password end the account's tokens: the same transaction notes the
/// account's id and until when its tokens are dead, stamped by the store's clock inside the transaction (the
/// end of time while an account is disabled or once it is deleted), and tokens::revocations has it before the
/// call returns. The account's sessions end with them (sessions::session_store), but the one that
/// set_password() is told to keep.
class user_store {
public:
    virtual ~user_store() = default;

    /// By canonical name. errc::not_found.
    virtual task<result<stored_user>> find_by_username(std::string canonical) = 0;
    /// errc::not_found.
    virtual task<result<user>> find_by_id(user_id) = 0;
    /// In the order of creation, after `after` if given; at most `limit`.
    virtual task<result<std::vector<user>>> list(std::optional<user_id> after, std::size_t limit) = 0;
    virtual task<result<std::uint64_t>> count() = 0;
    /// The password hashes of all accounts when there are at most `limit`; else those of `limit` random ones,
    /// of which some may be there twice. Cheap, however many accounts there are.
    virtual task<result<std::vector<std::string>>> sample_hashes(std::size_t limit) = 0;

    /// errc::username_taken when the canonical name exists.
    virtual task<result<void>> insert(stored_user, std::string canonical) = 0;
    /// Those whose canonical name or id exists, or is that of one before them in the list: what insert_many
    /// would refuse at this moment. The list must outlive the call.
    virtual task<result<std::vector<collision>>> find_collisions(std::span<const new_user>) = 0;
    /// All, when there is no collision, or none: in one transaction. Answers the collisions. The list must
    /// outlive the call. Other writers wait for as long as it takes, some ten microseconds a user.
    virtual task<result<std::vector<collision>>> insert_many(std::span<const new_user>) = 0;
    /// errc::not_found. Answers the user as it is afterwards.
    virtual task<result<user>> update(user_id, user_changes) = 0;
    /// errc::not_found. Ends the tokens and the sessions of the account; the session `keep` lives on and gets
    /// new tokens by its next refresh.
    virtual task<result<void>> set_password(user_id, std::string password_hash,
                                            std::optional<crypto::uuid> keep = std::nullopt) = 0;
    /// Replaces the hash of an unchanged password; only while it still is `expected`. Ends nothing.
    virtual task<result<void>> upgrade_hash(user_id, std::string expected, std::string password_hash) = 0;
    /// errc::not_found. Disabling ends the tokens of the account until it is enabled, and those issued before
    /// for good; its sessions are over for good.
    virtual task<result<user>> set_disabled(user_id, bool disabled) = 0;
    /// errc::not_found. Ends the tokens and the sessions of the account.
    virtual task<result<void>> remove(user_id) = 0;
};

}  // namespace latchkey::users
