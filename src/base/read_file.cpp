#include "base/read_file.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace latchkey {

std::variant<std::string, read_fault> read_file(const std::filesystem::path& file, std::size_t limit) {
    constexpr std::size_t portion = 1024 * 1024;
    std::error_code unknown;
    if (std::filesystem::is_directory(file, unknown)) return read_fault::directory;
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::filesystem::exists(file, unknown) ? read_fault::unreadable : read_fault::missing;
    std::string text;
    while (in && text.size() <= limit) {
        const auto used = text.size();
        const auto room = std::min(portion, limit + 1 - used);
        text.resize(used + room);
        in.read(text.data() + used, static_cast<std::streamsize>(room));
        text.resize(used + static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return read_fault::unreadable;
    if (text.size() > limit) return read_fault::too_large;
    return text;
}

std::string describe(read_fault fault) {
    switch (fault) {
        case read_fault::missing:
            return "does not exist";
        case read_fault::directory:
            return "is a directory";
        case read_fault::unreadable:
            return "cannot be read";
        case read_fault::too_large:
            break;
    }
    return {};
}

}  // namespace latchkey
