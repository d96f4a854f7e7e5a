#include "accounts/account_json.hpp"

#include <boost/json/array.hpp>

#include "base/clock.hpp"

namespace latchkey::accounts {

boost::json::object to_json(const users::user& user) {
    boost::json::object account;
    account["id"] = user.id.value.text();
    account["username"] = user.username;
    if (user.email) account["email"] = *user.email;
    account["scopes"] = boost::json::array(user.scopes.begin(), user.scopes.end());
    account["disabled"] = user.disabled;
    account["created_at"] = rfc3339(user.created_at);
    account["updated_at"] = rfc3339(user.updated_at);
    return account;
}

}  // namespace latchkey::accounts
