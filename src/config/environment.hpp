#pragma once

#include <map>
#include <string>
#include <string_view>

namespace latchkey::config {

/// The LATCHKEY_ variables that are settings, by full name. Never holds a secret.
using environment = std::map<std::string, std::string, std::less<>>;

/// Copies the LATCHKEY_ variables of a process environment (`environ`) that load() is to judge: not the
/// secrets (see secrets.hpp), not LATCHKEY_CONFIG, and not what Kubernetes sets for a service that is called
/// latchkey.
environment capture_environment(const char* const* environ);

/// Kubernetes describes every service of a name space in the environment of its pods
/// (`LATCHKEY_PORT=tcp://10.0.0.1:80`, `LATCHKEY_SERVICE_HOST`, `LATCHKEY_PORT_80_TCP_ADDR`): a service of
/// our name must not keep us from starting.
bool is_service_link(std::string_view name, std::string_view value) noexcept;

}  // namespace latchkey::config
