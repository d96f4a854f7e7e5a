#include "users/authenticator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "users/password_owner.hpp"
#include "users/username.hpp"

namespace latchkey::users {
namespace {

/// No account has it, since parse_username refuses control characters.
constexpr std::string_view impossible_name = "\x01";

/// Hashed in place of a password that cannot be one.
constexpr std::string_view placeholder_password = "not a password";

/// In portions, so that no login waits for the whole sample's reading.
constexpr std::size_t sample_portions = 10;
constexpr std::size_t sample_portion = 100;

/// What one attempt is checked against: the account's hash, or a dummy when there is none.
struct candidate {
    std::optional<stored_user> account;
    std::string name;  ///< canonical; as sent when it cannot be one
    std::string phc;
};

/// For the audit log alone. The same work for every reason but the account's own name and id.
audit::event failure(const login_origin& from, const candidate& against, bool match, bool budget_spent) {
    audit::event failed(from.failure_event, from.by);
    if (!against.account) {
        failed.add("reason", "unknown_user");
    } else {
        const auto& user = against.account->user;
        failed.add("reason", match && user.disabled ? "disabled_user" : "wrong_password");
        failed.add("account", user.id.value.text()).add("account_name", user.username);
    }
    if (budget_spent) failed.add("budget_spent", true);
    failed.add_attempted_name(against.name);
    return failed;
}

/// Verifies, and when the stored hash is one we cannot compute, spends a dummy hash: its owner must not be
/// told apart.
task<result<passwords::verdict>> verify(passwords::hash_pool& pool, secret password, const candidate& against,
                                        const request_ids& ids) {
    secret again = password.clone();
    auto verdict = co_await pool.verify(std::move(password), against.phc);
    if (verdict || verdict.error() != errc::unsupported_hash) co_return verdict;
    if (against.account) {
        log::error("a stored password hash is not supported",
                   {{"user", against.account->user.id.value.text()}}, ids);
    }
    std::string dummy = pool.dummy_for(against.name);
    auto spent = co_await pool.verify(std::move(again), std::move(dummy));
    if (!spent) co_return spent.error();
    co_return passwords::verdict{};
}

/// Best effort: the login stands whether the new hash is kept or not.
task<void> upgrade(passwords::hash_pool& pool, user_store& store, secret password, const stored_user& account,
                   const request_ids& ids) {
    auto fresh = co_await pool.hash(std::move(password));
    if (!fresh) co_return;
    auto kept = co_await store.upgrade_hash(account.user.id, account.password_hash, std::move(*fresh));
    if (!kept) log::warn("a password hash was not upgraded", {{"reason", name(kept.error())}}, ids);
}

}  // namespace

authenticator::authenticator(user_store& store, passwords::hash_pool& pool, const wall_clock& clock,
                             throttle::login_throttle* throttle, const passwords::policy* policy,
                             audit::recorder& recorder)
    : store_(store), pool_(pool), clock_(clock), throttle_(throttle), policy_(policy), audit_(recorder) {}

task<result<authenticated_user>> authenticator::authenticate(std::string username, secret password,
                                                             login_origin from) {
    if (!audit_.available()) co_return errc::audit_unavailable;  // before the work: nobody guesses unrecorded
    if (pool_.refuses_now()) co_return errc::overloaded;  // a storm's refusals are to cost nobody's time
    const unix_time authenticated_at = clock_.now();
    auto name = parse_username(username);
    auto normal = passwords::normalize(password);

    const throttle::origin device{.address = from.by.address,
                                  .mark = from.device_mark,
                                  .session = from.session,
                                  .held_session = from.held_session};
    throttle::login_throttle::ticket ticket;
    if (throttle_) {
        auto admission =
            throttle_->admit(name ? name->canonical : username, (normal ? *normal : password).view(), device);
        if (const auto* wait = std::get_if<std::chrono::seconds>(&admission)) {
            if (from.retry_after) *from.retry_after = *wait;
            co_return errc::too_many_attempts;
        }
        ticket = std::move(std::get<throttle::login_throttle::ticket>(admission));
    }

    candidate against{.account = {}, .name = name ? name->canonical : std::move(username), .phc = {}};
    std::string asked(name ? std::string_view(name->canonical) : impossible_name);
    auto found = co_await store_.find_by_username(std::move(asked));
    if (!found && found.error() != errc::not_found) co_return found.error();

    if (found) against.account = std::move(*found);
    against.phc = against.account ? against.account->password_hash : pool_.dummy_for(against.name);
    secret hashed = normal ? normal->clone() : secret(placeholder_password);
    auto verdict = co_await verify(pool_, std::move(hashed), against, from.by.ids);
    if (!verdict) co_return verdict.error();

    // Everything that refuses is asked only now, after the work that all attempts share.
    const bool accepted = verdict->match && normal && against.account && !against.account->user.disabled;
    if (!accepted) {
        const bool budget_spent = ticket.failed();
        auto failed = failure(from, against, verdict->match, budget_spent);
        const auto kept = co_await audit_.record(std::move(failed));
        if (!kept) co_return kept.error();
        co_return errc::invalid_credentials;
    }
    ticket.succeeded();
    // Only now: nobody but who knows the password may learn from the answer or its time what it is like.
    const bool common =
        policy_ && passwords::is_too_common(*normal, *policy_, owner_of(against.account->user));
    if (verdict->outdated) co_await upgrade(pool_, store_, std::move(*normal), *against.account, from.by.ids);
    std::string fresh_mark = throttle_ ? throttle_->mark_for(against.name, from.device_mark) : std::string();
    const auto session_id =
        throttle_ ? throttle_->session_for(against.name) : crypto::uuid::v7(authenticated_at);
    co_return authenticated_user{.user = std::move(against.account->user),
                                 .authenticated_at = authenticated_at,
                                 .session_id = session_id,
                                 .device_mark = std::move(fresh_mark),
                                 .password_too_common = common};
}

task<result<void>> authenticator::follow_stored_hashes() {
    std::vector<std::string> sample;
    for (std::size_t i = 0; i < sample_portions; ++i) {
        auto portion = co_await store_.sample_hashes(sample_portion);
        if (!portion) co_return portion.error();
        std::ranges::move(*portion, std::back_inserter(sample));
    }
    pool_.follow(sample);
    co_return result<void>();
}

}  // namespace latchkey::users
