#include "cli/throwaway_directory.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace latchkey::cli {

throwaway_directory::throwaway_directory() {
    std::vector<std::string> places{"/tmp", "/var/tmp", "/dev/shm"};
    if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != '\0')
        places.insert(places.begin(), chosen);
    for (auto& place : places)
        if (::mkdtemp((place += "/latchkey-dev-XXXXXX").data()) != nullptr) {
            path_ = place;
            return;
        }
    throw std::system_error(errno, std::generic_category(), "no place for a throw-away data directory");
}

throwaway_directory::~throwaway_directory() {
    std::error_code left_behind;  // nothing to be done about it at exit
    std::filesystem::remove_all(path_, left_behind);
}

}  // namespace latchkey::cli
