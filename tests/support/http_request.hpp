#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "http/request.hpp"

namespace latchkey::test {

/// A request with these header lines, in this order. The views refer to the arguments.
inline http::request http_request(std::initializer_list<std::pair<http::field, std::string_view>> lines) {
    http::request out;
    for (const auto& [name, value] : lines) {
        auto& slot = out.fields[static_cast<std::size_t>(name)];
        slot.value = value;
        ++slot.lines;
    }
    return out;
}

}  // namespace latchkey::test
