#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base64url.hpp"

namespace latchkey::test {

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::vector<std::uint8_t> from_base64url(std::string_view text) {
    std::vector<std::uint8_t> bytes(crypto::base64url::decoded_capacity(text.size()));
    const auto size = crypto::base64url::decode(text, bytes);
    if (!size) throw std::invalid_argument("not base64url");
    bytes.resize(*size);
    return bytes;
}

inline std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

}  // namespace latchkey::test
