#pragma once

#include <functional>
#include <vector>

#include "cli/import_format.hpp"
#include "passwords/phc.hpp"

namespace latchkey::cli {

/// Wraps the weak hashes of all these users, on as many threads as there are cores: one costs as much as a
/// login. `progress` is called in the calling thread, some times a second, with how many are done. Throws
/// command_error when there is no memory.
void wrap_weak_hashes(std::vector<imported_user>&, const passwords::argon2_parameters&,
                      const std::function<void(std::size_t)>& progress);

}  // namespace latchkey::cli
