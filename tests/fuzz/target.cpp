// A normalised path has no dot segment, no escaped delimiter and no byte that could end a line, and
// normalises to itself.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/path.hpp"

namespace {

void require(bool fact) {
    if (!fact) std::abort();
}

bool has_dot_segment(std::string_view path) {
    const std::string closed = std::string(path) + "/";
    return closed.find("/./") != closed.npos || closed.find("/../") != closed.npos;
}

void require_normal(std::string_view path) {
    require(path == "*" || path.starts_with('/'));
    require(!has_dot_segment(path));
    for (const auto* escape :
         {"%2F", "%2f", "%5C", "%5c", "%2E", "%2e", "%00", "%0A", "%0D", "%7F", "%41", "\\", "#", "?"})
        require(path.find(escape) == path.npos);
    for (const char c : path)
        require(c > 0x20 && c < 0x7F);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view target(reinterpret_cast<const char*>(data), size);
    std::string scratch, scratch_again;
    const auto split = latchkey::http::normalize_target(target, scratch);
    if (!split) return 0;
    require_normal(split->path);
    require(target.ends_with(split->query));
    const auto again = latchkey::http::normalize_target(split->path, scratch_again);
    require(again.has_value() && again->path == split->path && again->query.empty());
    return 0;
}
