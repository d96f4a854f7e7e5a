#include <fstream>
#include <string>
#include <system_error>

#include "passwords/blocklist/blocklist.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::size_t portion = 1024 * 1024;
constexpr std::string_view remedy =
    "\n  try: a UTF-8 text file with one password a line, or \"built-in\", or \"off\"";

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view why) {
    throw blocklist_error("passwords.blocklist: " + file.string() + ": " + std::string(why));
}

std::string read(const std::filesystem::path& file) {
    const auto refuse_with_remedy = [&](std::string why) { refuse(file, why.append(remedy)); };
    std::error_code unknown;
    if (std::filesystem::is_directory(file, unknown)) refuse_with_remedy("is a directory");
    std::ifstream in(file, std::ios::binary);
    if (!in) refuse_with_remedy(std::filesystem::exists(file, unknown) ? "cannot be read" : "does not exist");
    std::string text;
    for (std::size_t used = 0; in && used <= max_blocklist_file; used = text.size()) {
        text.resize(used + portion);
        in.read(text.data() + used, static_cast<std::streamsize>(portion));
        text.resize(used + static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) refuse_with_remedy("cannot be read");
    if (text.size() > max_blocklist_file)
        refuse(file, "is larger than 64MiB\n  try: its most frequent passwords, such as the first million");
    return text;
}

}  // namespace

std::shared_ptr<const blocklist> load_blocklist(const std::filesystem::path& setting) {
    if (setting.empty() || setting == "off") return nullptr;
    if (setting == "built-in") return blocklist::built_in();
    const std::string text = read(setting);
    try {
        return std::make_shared<const blocklist>(text);
    } catch (const blocklist_error& e) {
        refuse(setting, e.what());
    }
}

}  // namespace latchkey::passwords
