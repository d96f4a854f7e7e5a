#pragma once

#include <string>
#include <vector>

namespace latchkey::config {

/// Something in the configuration that keeps the program from starting. None of the parts ever holds a
/// secret.
struct problem {
    std::string what;  ///< the key, such as `server.listen`
    std::string
        where;  ///< `/etc/latchkey/latchkey.toml:3`, `environment LATCHKEY_SERVER_LISTEN`, `--set`, `default`
    std::string why;     ///< the reason
    std::string remedy;  ///< what to do or to type instead
    bool operator==(const problem&) const = default;
};

using problems = std::vector<problem>;

}  // namespace latchkey::config
