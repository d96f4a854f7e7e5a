#include "accounts/sessions_endpoint.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "accounts/page.hpp"
#include "http/error_table.hpp"
#include "http/form.hpp"

namespace latchkey::accounts {
namespace {

using http::request;
using http::response;
using tokens::claims;

boost::json::object to_json(const sessions::session& session, const claims& caller) {
    boost::json::object json;
    const std::string id = session.id.value.text();
    json["id"] = id;
    if (!session.client_id.empty()) json["client_id"] = session.client_id;
    if (!session.scope.empty()) json["scope"] = session.scope;
    json["created_at"] = rfc3339(session.created_at);
    json["last_used_at"] = rfc3339(session.last_used_at);
    json["expires_at"] = rfc3339(session.expires_at);
    if (!session.user_agent.empty()) json["user_agent"] = session.user_agent;
    if (!session.address.empty()) json["address"] = session.address;
    json["current"] = id == caller.session;
    return json;
}

/// Whose sessions: none for a token of a client, which has no account.
std::optional<users::user_id> owner_of(const claims& caller) {
    const auto id = crypto::uuid::parse(caller.subject);
    if (!id) return std::nullopt;
    return users::user_id{*id};
}

std::optional<sessions::session_id> current_of(const claims& caller) {
    const auto id = crypto::uuid::parse(caller.session);
    if (!id) return std::nullopt;
    return sessions::session_id{*id};
}

/// `scope` of the query, or of the form in the body; nothing when it is repeated or cannot be read.
std::optional<std::string> logout_scope(const request& q) {
    std::optional<std::string> scope;
    for (const auto text : {q.query, q.body}) {
        const auto form = http::decode_urlencoded(text);
        if (!form) return std::nullopt;
        for (const auto& [name, value] : form->entries()) {
            if (name != "scope") continue;
            if (scope) return std::nullopt;
            scope = value;
        }
    }
    return scope.value_or("local");
}

}  // namespace

sessions_endpoint::sessions_endpoint(sessions::session_store& store, const event_log& events)
    : store_(store), events_(events) {}

task<void> sessions_endpoint::list(const request&, const claims& caller, response& out) const {
    const auto owner = owner_of(caller);
    if (!owner) co_return http::write_error(out, errc::not_found);
    const auto sessions = co_await store_.list(*owner, max_page);
    if (!sessions) co_return http::write_error(out, sessions.error());
    boost::json::array items;
    for (const auto& session : *sessions)
        items.push_back(to_json(session, caller));
    write_json(out, {{"items", std::move(items)}});
}

task<void> sessions_endpoint::remove(const request& q, const claims& caller, response& out) const {
    const auto id = crypto::uuid::parse(q.parameter);
    const auto owner = owner_of(caller);
    if (!id || !owner) co_return http::write_error(out, errc::not_found);
    const auto ended = co_await store_.end(sessions::session_id{*id}, owner);
    if (!ended) co_return http::write_error(out, ended.error());
    auto event = events_.describe("session_ended", q, caller);
    event.add("session", q.parameter);
    if (co_await events_.keep(std::move(event), out)) out.status(204);
}

task<void> sessions_endpoint::log_out(const request& q, const claims& caller, response& out) const {
    const auto scope = logout_scope(q);
    const bool known = scope == "local" || scope == "others" || scope == "global";
    if (!known)
        co_return http::write_error(out, errc::invalid_member,
                                    {.description = "scope must be local, others or global"});
    const auto owner = owner_of(caller);
    if (!owner) co_return http::write_error(out, errc::not_found);
    const auto current = current_of(caller);
    if (scope == "local") {
        if (current) {
            const auto ended = co_await store_.end(*current, owner);
            if (!ended && ended.error() != errc::not_found) co_return http::write_error(out, ended.error());
        }
    } else {
        const auto keep = scope == "others" ? current : std::nullopt;
        if (const auto ended = co_await store_.end_all(*owner, keep); !ended)
            co_return http::write_error(out, ended.error());
    }
    auto event = events_.describe("logged_out", q, caller);
    event.add("session", caller.session).add("sessions", *scope);
    if (co_await events_.keep(std::move(event), out)) out.status(204);
}

}  // namespace latchkey::accounts
