#include "audit/event.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

namespace latchkey::audit {

event::event(std::string_view name, const origin& by) {
    add("event", name);
    add("subject", by.subject);
    add("username", by.username);
    add("client_id", by.client_id);
    add("address", by.address);
    add("request_id", by.ids.request);
    add("trace_id", by.ids.trace);
}

event& event::add(std::string_view member, std::string_view value) {
    if (value.empty()) return *this;
    append_name(member);
    members_ += boost::json::serialize(boost::json::string_view(value));
    return *this;
}

event& event::add(std::string_view member, std::uint64_t value) {
    return add_literal(member, std::to_string(value));
}

event& event::add_literal(std::string_view member, std::string_view json) {
    append_name(member);
    members_ += json;
    return *this;
}

event& event::add_attempted_name(std::string_view canonical) {
    attempted_name_ = canonical;
    return *this;
}

void event::append_name(std::string_view member) {
    if (!members_.empty()) members_ += ',';
    members_.append("\"").append(member).append("\":");
}

}  // namespace latchkey::audit
