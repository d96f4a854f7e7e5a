#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::passwords::foreign {

/// The text to store for a password credential of Keycloak's realm export, whose `credentialData` and
/// `secretData` are JSON inside strings: PBKDF2 becomes passlib's text, Argon2 a PHC string. Nothing when it
/// is neither, or malformed.
std::optional<std::string> from_keycloak(std::string_view credential_data, std::string_view secret_data);

}  // namespace latchkey::passwords::foreign
