#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"
#include "crypto/secret.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace latchkey::accounts {

/// Reads a JSON body member by member, and then says what was wrong with it: a wrong type, a missing member,
/// a member that nobody asked for (a misspelt `disabled` must not be taken for a wish that was granted).
class json_members {
public:
    explicit json_members(boost::json::object);
    ~json_members();  ///< wipes the texts: one may be a password

    std::optional<std::string> text(std::string_view name);
    /// The same, and empty for null, which removes what there was (RFC 7396).
    std::optional<std::string> removable_text(std::string_view name);
    std::optional<secret> password(std::string_view name);
    std::optional<bool> flag(std::string_view name);
    std::optional<std::vector<std::string>> list(std::string_view name);
    std::optional<std::int64_t> number(std::string_view name);
    bool has(std::string_view name) const { return members_.contains(name); }
    /// Is there, and null.
    bool is_null(std::string_view name);
    void require(std::string_view name);

    /// Nothing when every member was read and fits; otherwise the text for the client.
    std::optional<std::string> problem() const;

private:
    boost::json::value* find(std::string_view name);
    void complain(std::string_view name, std::string_view what);

    boost::json::object members_;
    std::vector<std::string> read_;
    std::string problem_;
};

/// The members of the request's body; nothing when there is none to read, and then `out` holds the refusal.
std::optional<json_members> read_members(const http::request&, http::response& out);
/// Refuses with errc::invalid_member and its problem; whether there was one.
bool refuse_problem(const json_members&, http::response& out);

}  // namespace latchkey::accounts
