#include "cli/input_file.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "cli/command_error.hpp"

namespace latchkey::cli {

std::ifstream open_input(const std::string& command, const std::string& file) {
    std::error_code unknown;
    if (std::filesystem::is_directory(file, unknown))
        throw failed(command, file, "is a directory", "a file in it");
    errno = 0;  // the standard promises no reason of its own
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw failed(command, file, errno == 0 ? "cannot be opened" : std::generic_category().message(errno),
                     "ls -l " + file);
    return in;
}

}  // namespace latchkey::cli
