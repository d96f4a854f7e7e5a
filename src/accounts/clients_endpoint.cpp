#include "accounts/clients_endpoint.hpp"

#include <boost/json/array.hpp>

#include "accounts/client_json.hpp"
#include "accounts/page.hpp"
#include "http/error_table.hpp"

namespace latchkey::accounts {
namespace {

using http::request;
using http::response;
using tokens::claims;

void write_with_secret(response& out, const clients::client& client, const secret& text) {
    auto json = to_json(client);
    if (!text.empty()) json["client_secret"] = text.view();
    out.status(201);
    out.sensitive();
    write_json(out, json);
}

void refuse_metadata(response& out, const std::string& why) {
    http::write_error(out, errc::invalid_client_metadata, {.description = why});
}

}  // namespace

clients_endpoint::clients_endpoint(clients::client_store& store, const wall_clock& clock,
                                   const event_log& events)
    : store_(store), clock_(clock), events_(events) {}

/// Records what was done to a client.
task<bool> clients_endpoint::keep(std::string_view event, const request& q, const claims& caller,
                                  const clients::client& client, response& out) const {
    auto what = events_.describe(event, q, caller);
    what.add("client", client.client_id);
    std::string scopes;
    for (const auto& scope : client.scopes)
        scopes.append(scopes.empty() ? "" : " ").append(scope);
    what.add("scopes", scopes);
    return events_.keep(std::move(what), out);
}

task<void> clients_endpoint::list(const request& q, const claims&, response& out) const {
    const auto asked = read_page(q.query, out);
    if (!asked) co_return;
    const auto after = asked->after.empty() ? std::nullopt : std::optional(asked->after);
    const auto clients = co_await store_.list(after, asked->limit + 1);
    if (!clients) co_return http::write_error(out, clients.error());
    boost::json::array items;
    for (const auto& client : *clients)
        if (items.size() < asked->limit) items.push_back(to_json(client));
    boost::json::object page;
    if (clients->size() > asked->limit) page["next"] = (*clients)[asked->limit - 1].client_id;
    page["items"] = std::move(items);
    write_json(out, page);
}

task<void> clients_endpoint::create(const request& q, const claims& caller, response& out) const {
    auto members = read_members(q, out);
    if (!members) co_return;
    clients::client client;
    client.client_id = members->text("client_id").value_or("");
    if (client.client_id.empty()) client.client_id = clients::generate_client_id();
    const auto type = members->text("type").value_or("confidential");
    if (type == "public") client.type = clients::client_type::public_;
    client.grant_types = {"password", "refresh_token"};
    client.created_at = client.updated_at = clock_.now();
    const auto wrong = apply_members(*members, client);
    if (refuse_problem(*members, out)) co_return;
    if (wrong) co_return refuse_metadata(out, *wrong);
    if (!clients::is_client_id(client.client_id))
        co_return refuse_metadata(out, "The member 'client_id' must be 1 to 64 of A-Z a-z 0-9 _ -");
    if (type != "public" && type != "confidential")
        co_return refuse_metadata(out, "The member 'type' must be confidential or public");

    secret text;
    if (client.type == clients::client_type::confidential) text = clients::add_secret(client, clock_.now());
    if (const auto done = co_await store_.insert(client); !done)
        co_return http::write_error(out, done.error());
    if (!co_await keep("client_created", q, caller, client, out)) co_return;
    out.add("Location", "clients/" + client.client_id);
    write_with_secret(out, client, text);
}

task<void> clients_endpoint::read(const request& q, const claims&, response& out) const {
    const auto client = co_await store_.find(std::string(q.parameter));
    if (!client) co_return http::write_error(out, client.error());
    write_json(out, to_json(*client));
}

task<void> clients_endpoint::update(const request& q, const claims& caller, response& out) const {
    auto members = read_members(q, out);
    if (!members) co_return;
    auto client = co_await store_.find(std::string(q.parameter));
    if (!client) co_return http::write_error(out, client.error());
    const auto wrong = apply_members(*members, *client);
    if (const auto disabled = members->flag("disabled")) client->disabled = *disabled;
    if (refuse_problem(*members, out)) co_return;
    if (wrong) co_return refuse_metadata(out, *wrong);
    client->updated_at = clock_.now();
    if (const auto done = co_await store_.update(*client); !done)
        co_return http::write_error(out, done.error());
    if (co_await keep("client_updated", q, caller, *client, out)) write_json(out, to_json(*client));
}

task<void> clients_endpoint::remove(const request& q, const claims& caller, response& out) const {
    if (const auto done = co_await store_.remove(std::string(q.parameter)); !done)
        co_return http::write_error(out, done.error());
    auto event = events_.describe("client_deleted", q, caller);
    event.add("client", q.parameter);
    if (co_await events_.keep(std::move(event), out)) out.status(204);
}

task<void> clients_endpoint::add_secret(const request& q, const claims& caller, response& out) const {
    auto client = co_await store_.find(std::string(q.parameter));
    if (!client) co_return http::write_error(out, client.error());
    if (client->type == clients::client_type::public_)
        co_return refuse_metadata(out, "A public client has no secret");
    const secret text = clients::add_secret(*client, clock_.now());
    client->updated_at = clock_.now();
    if (const auto done = co_await store_.update(*client); !done)
        co_return http::write_error(out, done.error());
    if (co_await keep("client_secret_added", q, caller, *client, out)) write_with_secret(out, *client, text);
}

task<void> clients_endpoint::drop_old_secrets(const request& q, const claims& caller, response& out) const {
    auto client = co_await store_.find(std::string(q.parameter));
    if (!client) co_return http::write_error(out, client.error());
    clients::drop_old_secrets(*client);
    client->updated_at = clock_.now();
    if (const auto done = co_await store_.update(*client); !done)
        co_return http::write_error(out, done.error());
    if (co_await keep("client_secrets_dropped", q, caller, *client, out)) out.status(204);
}

}  // namespace latchkey::accounts
