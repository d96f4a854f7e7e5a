#include "accounts/event_log.hpp"

#include "http/error_table.hpp"

namespace latchkey::accounts {

audit::event event_log::describe(std::string_view name, const http::request& q,
                                 const tokens::claims& caller) const {
    const std::string address = address_of(q);
    return audit::event(name, origin_of(q, caller, address));
}

std::string event_log::address_of(const http::request& q) const {
    return http::find_origin(q, trusted_).client.to_string();
}

audit::origin event_log::origin_of(const http::request& q, const tokens::claims& caller,
                                   std::string_view address) noexcept {
    return {.ids = q.ids, .address = address, .subject = caller.subject, .username = caller.username};
}

task<bool> event_log::keep(audit::event what, http::response& out) const {
    const auto kept = co_await to_.record(std::move(what));
    if (!kept) http::write_error(out, kept.error());
    co_return kept.has_value();
}

}  // namespace latchkey::accounts
