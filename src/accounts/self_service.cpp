#include "accounts/self_service.hpp"

#include "accounts/json_members.hpp"
#include "http/error_table.hpp"
#include "users/password_owner.hpp"

namespace latchkey::accounts {

change_password::change_password(users::user_store& store, users::authenticator& a, const new_passwords& p,
                                 const event_log& events)
    : store_(store), authenticator_(a), passwords_(p), events_(events) {}

task<void> change_password::operator()(const http::request& q, const tokens::claims& claims,
                                       http::response& out) const {
    auto members = read_members(q, out);
    if (!members) co_return;
    members->require("current_password");
    members->require("password");
    auto current = members->password("current_password");
    auto fresh = members->password("password");
    if (refuse_problem(*members, out)) co_return;

    std::chrono::seconds throttled{0};
    const auto address = events_.address_of(q);
    const users::login_origin origin{.by = event_log::origin_of(q, claims, address),
                                     .session = claims.session,
                                     .retry_after = &throttled,
                                     .failure_event = "password_change_failed"};
    const auto known =
        co_await authenticator_.authenticate(std::string(claims.username), std::move(*current), origin);
    if (!known) {
        const errc why = known.error() == errc::invalid_credentials ? errc::wrong_password : known.error();
        const auto wait = why == errc::too_many_attempts ? throttled : authenticator_.retry_after();
        co_return http::write_error(out, why, {.retry_after = wait});
    }
    // A current password that was right is recorded whatever becomes of the request: it may have been
    // guessed.
    const auto refused = [&](std::string_view reason) {
        auto event = events_.describe("password_change_failed", q, claims);
        event.add("reason", reason);
        return events_.keep(std::move(event), out);
    };
    // The name could belong to another account by now; the token speaks of the id.
    if (known->user.id.value.text() != claims.subject) {
        if (co_await refused("other_account")) http::write_error(out, errc::wrong_password);
        co_return;
    }
    auto hash = co_await passwords_.hash(std::move(*fresh), users::owner_of(known->user));
    if (!hash) {
        if (co_await refused("new_password_refused")) passwords_.refuse(out, hash.error());
        co_return;
    }
    const auto keep = crypto::uuid::parse(claims.session);
    if (const auto done = co_await store_.set_password(known->user.id, std::move(*hash), keep); !done)
        co_return http::write_error(out, done.error());
    if (co_await events_.keep(events_.describe("password_changed", q, claims), out)) out.status(204);
}

}  // namespace latchkey::accounts
