#include "storage/sqlite/sqlite_client_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "storage/sqlite/row_values.hpp"
#include "storage/sqlite/session_table.hpp"

namespace latchkey::storage::sqlite {
namespace {

using clients::client;
using clients::client_type;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<std::int64_t> seconds_of(const client& c) {
    if (!c.access_lifetime) return std::nullopt;
    return std::int64_t{c.access_lifetime->count()};
}

/// From the columns client_id, client_name, confidential, grant_types, scopes, audience, access_lifetime,
/// disabled, created_at, updated_at.
client read_client(const rows& row) {
    client read;
    read.client_id = row.text(0);
    read.client_name = row.text(1);
    read.type = row.integer(2) != 0 ? client_type::confidential : client_type::public_;
    read.grant_types = split_words(row.text(3));
    read.scopes = split_words(row.text(4));
    read.audience = row.text(5);
    if (!row.is_null(6)) read.access_lifetime = std::chrono::seconds(row.integer(6));
    read.disabled = row.integer(7) != 0;
    read.created_at = row.time(8);
    read.updated_at = row.time(9);
    return read;
}

void read_secrets(database& db, client& of) {
    auto row =
        db.query("SELECT id, digest, created_at FROM client_secrets WHERE client_id = ? ORDER BY position",
                 std::string_view(of.client_id));
    while (row.next())
        of.secrets.push_back({std::string(row.text(0)), std::string(row.blob(1)), row.time(2)});
}

void write_secrets(database& db, const client& of) {
    db.execute("DELETE FROM client_secrets WHERE client_id = ?", std::string_view(of.client_id));
    std::int64_t position = 0;
    for (const auto& each : of.secrets) {
        db.execute(
            "INSERT INTO client_secrets (client_id, position, id, digest, created_at) VALUES (?, ?, ?, ?, ?)",
            std::string_view(of.client_id), position++, std::string_view(each.id), bytes_of(each.digest),
            each.created_at);
    }
}

result<client> find_client(database& db, const std::string& client_id) {
    auto row = db.query(
        "SELECT client_id, client_name, confidential, grant_types, scopes, audience, access_lifetime, "
        "disabled,"
        " created_at, updated_at FROM clients WHERE client_id = ?",
        std::string_view(client_id));
    if (!row.next()) return errc::not_found;
    auto found = read_client(row);
    read_secrets(db, found);
    return found;
}

std::vector<client> list_clients(database& db, const std::string& after, std::size_t limit) {
    const auto at_most = std::min(limit, std::size_t{std::numeric_limits<std::int32_t>::max()});
    std::vector<client> found;
    // No id is empty: the empty one comes before all.
    auto row = db.query(
        "SELECT client_id, client_name, confidential, grant_types, scopes, audience, access_lifetime, "
        "disabled,"
        " created_at, updated_at FROM clients WHERE client_id > ? ORDER BY client_id LIMIT ?",
        std::string_view(after), static_cast<std::int64_t>(at_most));
    while (row.next()) {
        found.push_back(read_client(row));
        read_secrets(db, found.back());
    }
    return found;
}

result<void> insert_client(database& db, const client& c) {
    const auto inserted = db.execute(
        "INSERT INTO clients (client_id, client_name, confidential, grant_types, scopes, audience,"
        " access_lifetime, disabled, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (client_id) DO NOTHING",
        std::string_view(c.client_id), std::string_view(c.client_name),
        std::int64_t{c.type == client_type::confidential ? 1 : 0},
        std::string_view(join_words(c.grant_types)), std::string_view(join_words(c.scopes)),
        std::string_view(c.audience), seconds_of(c), std::int64_t{c.disabled ? 1 : 0}, c.created_at,
        c.updated_at);
    if (inserted == 0) return errc::client_exists;
    write_secrets(db, c);
    return {};
}

result<void> update_client(database& db, const client& c) {
    const auto updated = db.execute(
        "UPDATE clients SET client_name = ?2, confidential = ?3, grant_types = ?4, scopes = ?5, audience = "
        "?6,"
        " access_lifetime = ?7, disabled = ?8, updated_at = ?9 WHERE client_id = ?1",
        std::string_view(c.client_id), std::string_view(c.client_name),
        std::int64_t{c.type == client_type::confidential ? 1 : 0},
        std::string_view(join_words(c.grant_types)), std::string_view(join_words(c.scopes)),
        std::string_view(c.audience), seconds_of(c), std::int64_t{c.disabled ? 1 : 0}, c.updated_at);
    if (updated == 0) return errc::not_found;
    write_secrets(db, c);
    return {};
}

result<void> remove_client(write_context& context, const std::string& client_id) {
    if (context.db.execute("DELETE FROM clients WHERE client_id = ?", std::string_view(client_id)) == 0)
        return errc::not_found;
    session_table::end_of_client(context, client_id);
    return {};
}

}  // namespace

task<result<client>> sqlite_client_store::find(std::string client_id) {
    return reader_.submit<client>([client_id = std::move(client_id)](read_context& context) {
        return find_client(context.db, client_id);
    });
}

task<result<std::vector<client>>> sqlite_client_store::list(std::optional<std::string> after,
                                                            std::size_t limit) {
    auto beyond = after ? std::move(*after) : std::string();
    return reader_.submit<std::vector<client>>([beyond = std::move(beyond), limit](read_context& context) {
        return result<std::vector<client>>(list_clients(context.db, beyond, limit));
    });
}

task<result<std::uint64_t>> sqlite_client_store::count() {
    return reader_.submit<std::uint64_t>([](read_context& context) {
        return result<std::uint64_t>(
            static_cast<std::uint64_t>(context.db.integer("SELECT count(*) FROM clients")));
    });
}

task<result<void>> sqlite_client_store::insert(client added) {
    return writer_.submit<void>(
        [added = std::move(added)](write_context& context) { return insert_client(context.db, added); });
}

task<result<void>> sqlite_client_store::update(client changed) {
    return writer_.submit<void>([changed = std::move(changed)](write_context& context) {
        return update_client(context.db, changed);
    });
}

task<result<void>> sqlite_client_store::remove(std::string client_id) {
    return writer_.submit<void>([client_id = std::move(client_id)](write_context& context) {
        return remove_client(context, client_id);
    });
}

}  // namespace latchkey::storage::sqlite
