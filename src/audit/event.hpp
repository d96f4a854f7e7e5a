#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/request_ids.hpp"

namespace latchkey::audit {

/// Who asks, from where, in which request. Views; what is not known is empty and left out of the record.
struct origin {
    request_ids ids = {};
    std::string_view address = {};    ///< of the client, behind the proxies that are trusted
    std::string_view client_id = {};  ///< of the OAuth client
    std::string_view subject = {};    ///< `sub` of the token that the request was made with
    std::string_view username = {};   ///< of that token
};

/// Something that happened and matters to security: a name, which FORMAT.md lists, and members. A password,
/// token, secret or hash is never one of them; nor is a user name that nobody has, because people type their
/// password there: `add_attempted_name` is for those.
class event {
public:
    explicit event(std::string_view name, const origin& by = {});

    /// Text of anybody is fine: it is escaped. An empty value is left out.
    event& add(std::string_view member, std::string_view value);
    event& add(std::string_view member, std::uint64_t value);
    /// Only a bool: text in quotes would become one.
    event& add(std::string_view member, std::same_as<bool> auto value) {
        return add_literal(member, value ? "true" : "false");
    }
    /// Recorded as `username_hash`, by which attempts at the same name are known, and the name is not.
    event& add_attempted_name(std::string_view canonical);

    /// `"event":"…","member":…`: the inside of a JSON object.
    const std::string& members() const noexcept { return members_; }
    const std::string& attempted_name() const noexcept { return attempted_name_; }

private:
    event& add_literal(std::string_view member, std::string_view json);
    void append_name(std::string_view member);

    std::string members_;
    std::string attempted_name_;
};

}  // namespace latchkey::audit
