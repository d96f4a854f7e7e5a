#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace latchkey::test {

/// Every way to hand `text` over in two pieces, and byte by byte: what an incremental parser must not notice.
inline std::vector<std::vector<std::string_view>> http_splits(std::string_view text) {
    std::vector<std::vector<std::string_view>> out;
    for (std::size_t at = 0; at <= text.size(); ++at)
        out.push_back({text.substr(0, at), text.substr(at)});
    std::vector<std::string_view> bytes;
    for (std::size_t at = 0; at < text.size(); ++at)
        bytes.push_back(text.substr(at, 1));
    out.push_back(std::move(bytes));
    return out;
}

}  // namespace latchkey::test
