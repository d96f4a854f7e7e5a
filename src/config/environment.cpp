#include "config/environment.hpp"

#include <algorithm>
#include <array>

#include "config/secrets.hpp"

namespace latchkey::config {

namespace {

constexpr std::string_view prefix = "LATCHKEY_";

/// `LATCHKEY[_MORE]_PORT_<digits>_<protocol>[_PROTO|_PORT|_ADDR]`
bool is_port_link(std::string_view name) noexcept {
    auto rest = name.substr(std::min(name.find("_PORT_"), name.size()));
    if (rest.empty()) return false;
    rest.remove_prefix(std::string_view("_PORT_").size());
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    rest.remove_prefix(digits);
    constexpr std::array<std::string_view, 3> protocols{"_TCP", "_UDP", "_SCTP"};
    const auto protocol = std::ranges::find_if(protocols, [&](auto p) { return rest.starts_with(p); });
    if (digits == 0 || protocol == protocols.end()) return false;
    rest.remove_prefix(protocol->size());
    return rest.empty() || rest == "_PROTO" || rest == "_PORT" || rest == "_ADDR";
}

}  // namespace

bool is_service_link(std::string_view name, std::string_view value) noexcept {
    if (!name.starts_with(prefix)) return false;
    if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")) return true;
    if (name.find("_SERVICE_PORT_") != std::string_view::npos) return true;
    if (name.ends_with("_PORT") && value.find("://") != std::string_view::npos) return true;
    return is_port_link(name);
}

environment capture_environment(const char* const* environ) {
    environment found;
    for (; environ != nullptr && *environ != nullptr; ++environ) {
        const std::string_view entry = *environ;
        const auto equals = entry.find('=');
        const auto name = entry.substr(0, equals);
        if (equals == std::string_view::npos || !name.starts_with(prefix)) continue;
        const auto value = entry.substr(equals + 1);
        if (name == "LATCHKEY_CONFIG" || is_secret_variable(name) || is_service_link(name, value)) continue;
        found.emplace(name, value);
    }
    return found;
}

}  // namespace latchkey::config
