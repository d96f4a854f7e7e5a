#include "accounts/new_password.hpp"

#include "http/error_table.hpp"

namespace latchkey::accounts {

new_passwords::new_passwords(passwords::hash_pool& pool, passwords::policy policy)
    : pool_(pool), policy_(std::move(policy)) {}

task<result<std::string>> new_passwords::hash(secret password, passwords::owner of) const {
    auto admitted = passwords::admit(password, policy_, of);
    if (!admitted) co_return admitted.error();
    co_return co_await pool_.hash(std::move(*admitted));
}

void new_passwords::refuse(http::response& out, errc e) const {
    if (e != errc::password_too_short) return http::write_error(out, e, {.retry_after = pool_.retry_after()});
    http::write_error(
        out, e,
        {.description = "The password needs at least " + std::to_string(policy_.min_length) + " characters"});
}

}  // namespace latchkey::accounts
