#pragma once

#include "config/load.hpp"

namespace latchkey::config {

/// What single values cannot say about themselves, and what must fit together: shapes of path, origins,
/// networks and names, the TLS pair, two listeners on one port, Argon2 below OWASP's minimum. Appends to
/// `problems`, each with the place where the value was said. Looks at nothing but the settings: no file is
/// opened.
void check(load_result&);

}  // namespace latchkey::config
