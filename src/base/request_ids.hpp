#pragma once

#include <string_view>

namespace latchkey {

/// By which a request is found again: in its answer, in every log line and audit record that it causes, and
/// in the traces of the services around us. Views into its connection, good as long as the request is; all
/// empty where there is no request, as in a command.
struct request_ids {
    std::string_view request;  ///< X-Request-Id: what came along when it is well-formed, else made here
    std::string_view trace;    ///< W3C trace-id, 32 hexadecimal digits; empty: no traceparent came along
    std::string_view span;     ///< W3C parent-id of our own part of that trace, 16 digits
};

}  // namespace latchkey
