#pragma once

#include <algorithm>
#include <string_view>

#include "http/characters.hpp"

namespace latchkey::http {

/// Cuts the first element of a comma-separated list (RFC 9110 section 5.6.1) off its front, blanks trimmed;
/// it may be empty. For lists whose elements hold no quoted text.
constexpr std::string_view take_element(std::string_view& list) noexcept {
    const std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(element.size() + 1, list.size()));
    return characters::trim(element);
}

}  // namespace latchkey::http
