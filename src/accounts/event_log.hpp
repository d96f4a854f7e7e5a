#pragma once

#include "audit/recorder.hpp"
#include "base/task.hpp"
#include "http/forwarded.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "tokens/claims.hpp"

namespace latchkey::accounts {

/// What administration and self-service leave in the audit log. Thread-safe.
class event_log {
public:
    /// The recorder must outlive this.
    event_log(audit::recorder& to, http::trusted_proxies trusted) : to_(to), trusted_(std::move(trusted)) {}

    /// An event that this request causes, for somebody to add what it is about.
    audit::event describe(std::string_view name, const http::request&,
                          const tokens::claims& caller = {}) const;
    /// The client's address, and where a request with it comes from; a view of all three.
    std::string address_of(const http::request&) const;
    static audit::origin origin_of(const http::request&, const tokens::claims& caller,
                                   std::string_view address) noexcept;
    /// Whether it has been recorded. If not, `out` says so, and nothing else is to be answered.
    task<bool> keep(audit::event, http::response& out) const;

private:
    audit::recorder& to_;
    http::trusted_proxies trusted_;
};

}  // namespace latchkey::accounts
