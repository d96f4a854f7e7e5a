#pragma once

#include <string>
#include <string_view>

namespace latchkey::docs {

/// What of the service the document depends on.
struct described_service {
    std::string root_path = {};  ///< server.root_path
    bool oauth_aliases = false;  ///< server.oauth_aliases
    bool registration = false;   ///< accounts.registration
    bool demo = false;           ///< `latchkey dev`
    std::string issuer_metadata_path =
        {};  ///< where the metadata is for an issuer with a path; empty: it has none
};

/// openapi.json as this service is configured: of the paths those that it answers (`x-latchkey-setting` names
/// what turns one on), under `root_path`. Addresses have no host: a client resolves them against where it got
/// the document from. Throws std::logic_error for a template with a setting that is not known here.
std::string openapi_document(std::string_view openapi_template, const described_service&);

}  // namespace latchkey::docs
