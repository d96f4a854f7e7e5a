#include "accounts/users_endpoint.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "accounts/account_json.hpp"
#include "accounts/json_members.hpp"
#include "accounts/page.hpp"
#include "http/error_table.hpp"
#include "users/password_owner.hpp"
#include "users/username.hpp"

namespace latchkey::accounts {
namespace {

using http::request;
using http::response;
using tokens::claims;

std::optional<users::user_id> id_in(const request& q) {
    const auto id = crypto::uuid::parse(q.parameter);
    if (!id) return std::nullopt;
    return users::user_id{*id};
}

void write_account(response& out, const users::user& user) {
    write_json(out, to_json(user));
}

audit::event& add_account(audit::event& e, const users::user& user) {
    std::string scopes;
    for (const auto& scope : user.scopes)
        scopes.append(scopes.empty() ? "" : " ").append(scope);
    return e.add("account", user.id.value.text()).add("account_name", user.username).add("scopes", scopes);
}

/// For the audit log: which members a PATCH changed. Scopes stand beside them, since they are power.
std::string names_of(const users::user_changes& changes) {
    std::string names;
    if (changes.email) names += "email";
    if (changes.scopes) names += names.empty() ? "scopes" : " scopes";
    return names;
}

bool refuse_scopes(response& out, const std::vector<std::string>& words) {
    if (users::are_scopes(words)) return false;
    http::write_error(
        out, errc::invalid_member,
        {.description = "The member 'scopes' has a word that is no scope token, or too many words"});
    return true;
}

}  // namespace

users_endpoint::users_endpoint(users::user_store& store, const new_passwords& passwords,
                               const wall_clock& clock, const event_log& events)
    : store_(store), passwords_(passwords), clock_(clock), events_(events) {}

task<void> users_endpoint::list(const request& q, const claims&, response& out) const {
    const auto asked = read_page(q.query, out);
    if (!asked) co_return;
    const auto after = crypto::uuid::parse(asked->after);
    if (!asked->after.empty() && !after) co_return http::write_error(out, errc::malformed_target);
    const auto start = after ? std::optional(users::user_id{*after}) : std::nullopt;
    const auto users =
        co_await store_.list(start, asked->limit + 1);  // one more tells whether there is a next page
    if (!users) co_return http::write_error(out, users.error());

    boost::json::array items;
    for (const auto& user : *users)
        if (items.size() < asked->limit) items.push_back(to_json(user));
    boost::json::object page;
    if (users->size() > asked->limit) page["next"] = (*users)[asked->limit - 1].id.value.text();
    page["items"] = std::move(items);
    write_json(out, page);
}

task<void> users_endpoint::create(const request& q, const claims& caller, response& out) const {
    return insert(q, &caller, out);
}

task<void> users_endpoint::register_account(const request& q, response& out) const {
    return insert(q, nullptr, out);
}

/// Without an administrator it is a registration: nobody gives himself scopes.
task<void> users_endpoint::insert(const request& q, const claims* administrator, response& out) const {
    auto members = read_members(q, out);
    if (!members) co_return;
    members->require("username");
    members->require("password");
    const auto given_name = members->text("username");
    auto password = members->password("password");
    const auto given_email = members->text("email");
    auto scopes = administrator ? members->list("scopes") : std::nullopt;
    if (refuse_problem(*members, out)) co_return;

    const auto name = users::parse_username(*given_name);
    if (!name) co_return http::write_error(out, name.error());
    users::stored_user stored;
    stored.user.id = {crypto::uuid::v7(clock_.now())};
    stored.user.username = name->display;
    stored.user.created_at = stored.user.updated_at = stored.user.password_changed_at = clock_.now();
    if (given_email) {
        auto email = users::parse_email(*given_email);
        if (!email) co_return http::write_error(out, email.error());
        stored.user.email = std::move(*email);
    }
    if (scopes) {
        if (refuse_scopes(out, *scopes)) co_return;
        stored.user.scopes = std::move(*scopes);
    }
    auto hash = co_await passwords_.hash(std::move(*password), users::owner_of(stored.user));
    if (!hash) co_return passwords_.refuse(out, hash.error());
    stored.password_hash = std::move(*hash);
    const users::user account = stored.user;
    if (const auto done = co_await store_.insert(std::move(stored), name->canonical); !done)
        co_return http::write_error(out, done.error());
    auto event = administrator ? events_.describe("user_created", q, *administrator)
                               : events_.describe("user_registered", q);
    add_account(event, account);
    if (!co_await events_.keep(std::move(event), out)) co_return;
    out.status(201);
    if (administrator)
        out.add("Location", "users/" + account.id.value.text());  // relative: right under any root_path
    write_account(out, account);
}

task<void> users_endpoint::read(const request& q, const claims&, response& out) const {
    const auto id = id_in(q);
    if (!id) co_return http::write_error(out, errc::not_found);
    const auto user = co_await store_.find_by_id(*id);
    if (!user) co_return http::write_error(out, user.error());
    write_account(out, *user);
}

task<void> users_endpoint::update(const request& q, const claims& caller, response& out) const {
    const auto id = id_in(q);
    if (!id) co_return http::write_error(out, errc::not_found);
    auto members = read_members(q, out);
    if (!members) co_return;
    users::user_changes changes;
    changes.email = members->removable_text("email");
    changes.scopes = members->list("scopes");
    const auto disabled = members->flag("disabled");
    if (refuse_problem(*members, out)) co_return;
    if (changes.scopes && refuse_scopes(out, *changes.scopes)) co_return;
    if (changes.email && !changes.email->empty()) {
        const auto email = users::parse_email(*changes.email);
        if (!email) co_return http::write_error(out, email.error());
    }
    const std::string changed = names_of(changes);
    auto user = co_await store_.update(*id, std::move(changes));
    if (!user) co_return http::write_error(out, user.error());
    result<users::user> switched = *user;
    if (disabled && *disabled != user->disabled) switched = co_await store_.set_disabled(*id, *disabled);
    // Also when only the first half was done.
    auto event = events_.describe("user_updated", q, caller);
    add_account(event, switched ? *switched : *user).add("changed", changed);
    if (switched && disabled) event.add("disabled", *disabled);
    if (!co_await events_.keep(std::move(event), out)) co_return;
    if (!switched) co_return http::write_error(out, switched.error());
    write_account(out, *switched);
}

task<void> users_endpoint::remove(const request& q, const claims& caller, response& out) const {
    const auto id = id_in(q);
    if (!id) co_return http::write_error(out, errc::not_found);
    if (const auto done = co_await store_.remove(*id); !done) co_return http::write_error(out, done.error());
    auto event = events_.describe("user_deleted", q, caller);
    event.add("account", q.parameter);
    if (co_await events_.keep(std::move(event), out)) out.status(204);
}

task<void> users_endpoint::set_password(const request& q, const claims& caller, response& out) const {
    const auto id = id_in(q);
    if (!id) co_return http::write_error(out, errc::not_found);
    auto members = read_members(q, out);
    if (!members) co_return;
    members->require("password");
    auto password = members->password("password");
    if (refuse_problem(*members, out)) co_return;
    const auto user = co_await store_.find_by_id(*id);
    if (!user) co_return http::write_error(out, user.error());
    auto hash = co_await passwords_.hash(std::move(*password), users::owner_of(*user));
    if (!hash) co_return passwords_.refuse(out, hash.error());
    if (const auto done = co_await store_.set_password(*id, std::move(*hash)); !done)
        co_return http::write_error(out, done.error());
    auto event = events_.describe("password_set", q, caller);
    add_account(event, *user);
    if (co_await events_.keep(std::move(event), out)) out.status(204);
}

}  // namespace latchkey::accounts
