#include "accounts/me.hpp"

#include <boost/json/serialize.hpp>

#include "accounts/account_json.hpp"
#include "http/error_table.hpp"

namespace latchkey::accounts {

task<void> read_me(users::user_store& store, const http::request&, const tokens::claims& claims,
                   http::response& response) {
    const auto id = crypto::uuid::parse(claims.subject);
    if (!id) co_return http::write_error(response, errc::not_found);
    const auto user = co_await store.find_by_id(users::user_id{*id});
    if (!user) co_return http::write_error(response, user.error());
    response.add_lines("Cache-Control: no-store\r\n");
    response.body("application/json").append(boost::json::serialize(to_json(*user)));
}

}  // namespace latchkey::accounts
