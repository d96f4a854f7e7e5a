#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/errc.hpp"
#include "http/response.hpp"

namespace latchkey::http {

/// One answer: how an error looks on the wire. The table in error_table.cpp is the only place that maps
/// errors to statuses.
struct error_answer {
    unsigned status;
    std::string_view
        error;  ///< OAuth 2.0 error code (RFC 6749 section 5.2, RFC 6750 section 3.1); empty: none
    std::string_view description;  ///< what the client reads: `error_description` and `detail`
};

const error_answer& answer_for(errc) noexcept;

/// Fills `out` with the answer as JSON: `error`, `error_description`, `detail` (without `error` only
/// `detail`), `Cache-Control: no-store`. 401 carries its challenge (Basic for a client's error, else Bearer),
/// 403 for lack of scope too; 429 and 503 carry `Retry-After` in whole seconds (1 unless given).
struct error_details {
    std::string_view description = {};  ///< instead of the table's
    std::optional<std::chrono::seconds> retry_after = {};
    std::string_view scope = {};      ///< insufficient_scope: the scope that is needed
    std::string_view parameter = {};  ///< repeated_parameter: its name, in our own spelling
};
void write_error(response& out, errc, const error_details& = {});

}  // namespace latchkey::http
