#pragma once

#include <string_view>

namespace latchkey::docs {

/// A file of this directory, as it was when the program was built. Lives as long as the program.
struct embedded_file {
    std::string_view name;  ///< without its directory
    std::string_view bytes;
    std::string_view gzip;  ///< the same compressed (RFC 1952)
};

/// Empty when CMakeLists.txt lists no file of that name.
embedded_file embedded(std::string_view name) noexcept;

}  // namespace latchkey::docs
