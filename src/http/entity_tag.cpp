#include "http/entity_tag.hpp"

#include "http/characters.hpp"

namespace latchkey::http {
namespace {

/// Cuts an opaque-tag off the front, without its `W/`; empty when there is none.
std::string_view take_tag(std::string_view& list) noexcept {
    if (list.starts_with("W/")) list.remove_prefix(2);
    if (!list.starts_with('"')) return {};
    const auto end = list.find('"', 1);
    if (end == list.npos) return {};
    const std::string_view tag = list.substr(0, end + 1);
    list.remove_prefix(tag.size());
    return tag;
}

}  // namespace

bool has_current(const request& request, std::string_view tag) noexcept {
    if (request.lines(field::if_none_match) != 1) return false;
    std::string_view list = characters::trim(request[field::if_none_match]);
    if (list == "*") return true;
    while (!list.empty()) {
        if (list.front() == ',') {  // an empty element is grammatical in a list (RFC 9110 section 5.6.1)
            list = characters::trim(list.substr(1));
            continue;
        }
        const std::string_view each = take_tag(list);
        list = characters::trim(list);
        if (each.empty() || !(list.empty() || list.front() == ',')) return false;
        if (each == tag) return true;
    }
    return false;
}

}  // namespace latchkey::http
