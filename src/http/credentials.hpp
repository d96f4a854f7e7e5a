#pragma once

#include <algorithm>
#include <string_view>

#include "http/characters.hpp"

namespace latchkey::http {

/// The value of an Authorization field (RFC 9110 section 11.4), blanks around both parts trimmed.
struct scheme_and_credentials {
    std::string_view scheme;
    std::string_view credentials;  ///< may be empty
};

constexpr scheme_and_credentials split_authorization(std::string_view value) noexcept {
    value = characters::trim(value);
    const auto* blank = std::ranges::find_if(value.data(), value.data() + value.size(), characters::is_blank);
    const std::string_view scheme = value.substr(0, static_cast<std::size_t>(blank - value.data()));
    return {scheme, characters::trim(value.substr(scheme.size()))};
}

}  // namespace latchkey::http
