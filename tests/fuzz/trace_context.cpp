#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/trace_context.hpp"

/// X-Request-Id and traceparent, split at the first line feed. What is answered stays on its line, and is
/// well-formed itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latchkey::http;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(text.find('\n'), text.size());
    request q;
    q.fields[static_cast<std::size_t>(field::x_request_id)] = {text.substr(0, end), 1};
    q.fields[static_cast<std::size_t>(field::traceparent)] = {text.substr(std::min(end + 1, text.size())), 1};
    trace_context trace;
    const auto ids = trace.identify(q);
    if (!is_request_id(ids.request)) std::abort();
    if (ids.trace.empty() ? !ids.span.empty() : ids.trace.size() != 32 || ids.span.size() != 16) std::abort();
    response out;
    trace.write(out);  // throws when a line would break
    return 0;
}
