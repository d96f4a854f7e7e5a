#pragma once

#include "accounts/event_log.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "clients/client_store.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"

namespace latchkey::accounts {

/// Client registration over HTTP: /clients, for tokens with scope `admin`. Names of members by RFC 7591. A
/// secret is shown in the one answer that makes it.
class clients_endpoint {
public:
    clients_endpoint(clients::client_store&, const wall_clock&, const event_log&);

    /// GET /clients?after=ID&limit=N
    task<void> list(const http::request&, const tokens::claims&, http::response&) const;
    /// POST /clients
    /// `{"client_id"?,"client_name"?,"type"?,"grant_types"?,"scopes"?,"audience"?,"access_lifetime"?}`: 201
    /// and, for a confidential one, `client_secret`.
    task<void> create(const http::request&, const tokens::claims&, http::response&) const;
    /// GET /clients/{id}
    task<void> read(const http::request&, const tokens::claims&, http::response&) const;
    /// PATCH /clients/{id}: the members of create but client_id and type, and `disabled`; null removes
    /// client_name, audience and access_lifetime.
    task<void> update(const http::request&, const tokens::claims&, http::response&) const;
    /// DELETE /clients/{id}: 204; ends its sessions.
    task<void> remove(const http::request&, const tokens::claims&, http::response&) const;
    /// POST /clients/{id}/secret: a second secret beside the newest old one: 201 with `client_secret`.
    task<void> add_secret(const http::request&, const tokens::claims&, http::response&) const;
    /// DELETE /clients/{id}/secret: drops all but the newest: 204.
    task<void> drop_old_secrets(const http::request&, const tokens::claims&, http::response&) const;

private:
    task<bool> keep(std::string_view event, const http::request&, const tokens::claims& caller,
                    const clients::client&, http::response&) const;

    clients::client_store& store_;
    const wall_clock& clock_;
    const event_log& events_;
};

}  // namespace latchkey::accounts
