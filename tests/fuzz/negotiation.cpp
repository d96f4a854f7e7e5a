#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/content_coding.hpp"
#include "http/entity_tag.hpp"

using namespace latchkey::http;

/// Accept-Encoding and If-None-Match are read to their end whatever stands in them; what a list names is
/// found again behind another element.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    request r;
    r.fields[static_cast<std::size_t>(field::accept_encoding)] = {text, 1};
    r.fields[static_cast<std::size_t>(field::if_none_match)] = {text, 1};
    asks_for_gzip(r);
    const bool any = text.find('*') != text.npos;
    if (has_current(r, "\"abc\"") && !any && text.find("\"abc\"") == text.npos) std::abort();
    return 0;
}
