#include "accounts/json_members.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/distinct.hpp"
#include "http/error_table.hpp"
#include "http/json_body.hpp"

namespace latchkey::accounts {

json_members::json_members(boost::json::object members) : members_(std::move(members)) {}

json_members::~json_members() {
    for (auto& member : members_)
        if (auto* text = member.value().if_string()) wipe(std::span<char>(text->data(), text->size()));
}

boost::json::value* json_members::find(std::string_view name) {
    read_.emplace_back(name);
    return members_.if_contains(name);
}

void json_members::complain(std::string_view name, std::string_view what) {
    if (problem_.empty()) problem_ = "The member '" + std::string(name) + "' " + std::string(what);
}

std::optional<std::string> json_members::text(std::string_view name) {
    const auto* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    complain(name, "must be a string");
    return std::nullopt;
}

std::optional<std::string> json_members::removable_text(std::string_view name) {
    return is_null(name) ? std::string() : text(name);
}

std::optional<secret> json_members::password(std::string_view name) {
    const auto* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (const auto* text = value->if_string()) return secret(std::string_view(text->data(), text->size()));
    complain(name, "must be a string");
    return std::nullopt;
}

std::optional<bool> json_members::flag(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    complain(name, "must be true or false");
    return std::nullopt;
}

std::optional<std::int64_t> json_members::number(std::string_view name) {
    const auto* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    complain(name, "must be a whole number");
    return std::nullopt;
}

std::optional<std::vector<std::string>> json_members::list(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    const auto* array = value->if_array();
    if (!array || !std::ranges::all_of(*array, [](const auto& each) { return each.is_string(); })) {
        complain(name, "must be an array of strings");
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const auto& each : *array)
        texts.emplace_back(each.get_string().data(), each.get_string().size());
    sort_distinct(texts);
    return texts;
}

bool json_members::is_null(std::string_view name) {
    const auto* value = find(name);
    return value && value->is_null();
}

void json_members::require(std::string_view name) {
    const auto* value = find(name);
    if (!value || value->is_null()) complain(name, "is missing");
}

std::optional<std::string> json_members::problem() const {
    if (!problem_.empty()) return problem_;
    for (const auto& member : members_) {
        const std::string_view name(member.key().data(), member.key().size());
        // The name is the client's own text and goes back as JSON, escaped.
        if (std::ranges::find(read_, name) == read_.end())
            return "The member '" + std::string(name) + "' is unknown";
    }
    return std::nullopt;
}

std::optional<json_members> read_members(const http::request& request, http::response& out) {
    auto body = http::json_body(request);
    if (body) return std::optional<json_members>(std::in_place, std::move(*body));
    const bool wrong_type = body.error() == errc::unsupported_media_type;
    http::write_error(out, body.error(),
                      {.description = wrong_type ? "The body must be application/json" : ""});
    return std::nullopt;
}

bool refuse_problem(const json_members& members, http::response& out) {
    const auto problem = members.problem();
    if (problem) http::write_error(out, errc::invalid_member, {.description = *problem});
    return problem.has_value();
}

}  // namespace latchkey::accounts
