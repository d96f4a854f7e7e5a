#include "config/show.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "config/keys.hpp"

namespace latchkey::config {

namespace {

/// `scheme://user:password@host` becomes `scheme://user:***@host`.
std::string masked(std::string value) {
    const auto start = value.find("://");
    const auto at = value.rfind('@');
    if (start == std::string::npos || at == std::string::npos) return value;
    const auto colon = value.find(':', start + 3);
    if (colon < at) value.replace(colon + 1, at - colon - 1, "***");
    return value;
}

std::string value_of(const key& k, const settings& from) {
    auto value = k.format(from);
    return k.name == "store.url" ? masked(std::move(value)) : value;
}

boost::json::array items_of(const std::string& text) {
    boost::json::array items;
    for (const auto& item : *parse_value<std::vector<std::string>>(text))
        items.emplace_back(item);
    return items;
}

boost::json::value json_of(const key& k, const settings& from) {
    const auto value = value_of(k, from);
    switch (k.notation) {
        case notation::number:
            return *parse_value<std::uint64_t>(value);
        case notation::boolean:
            return value == "true";
        case notation::list:
            return items_of(value);
        case notation::size:
        case notation::text:
            break;
    }
    return boost::json::string(value);
}

}  // namespace

std::vector<shown_setting> show(const load_result& loaded) {
    std::vector<shown_setting> all;
    for (const auto& k : keys())
        all.push_back({k.name, value_of(k, loaded.settings), origin_of(loaded, k.name)});
    return all;
}

boost::json::object show_json(const load_result& loaded) {
    boost::json::object all;
    for (const auto& k : keys())
        all[k.name] = {{"value", json_of(k, loaded.settings)}, {"origin", origin_of(loaded, k.name)}};
    return all;
}

}  // namespace latchkey::config
