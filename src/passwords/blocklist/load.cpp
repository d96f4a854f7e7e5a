#include <string>
#include <variant>

#include "base/read_file.hpp"
#include "passwords/blocklist/blocklist.hpp"

namespace latchkey::passwords {
namespace {

constexpr std::string_view remedy =
    "\n  try: a UTF-8 text file with one password a line, or \"built-in\", or \"off\"";

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view why) {
    throw blocklist_error("passwords.blocklist: " + file.string() + ": " + std::string(why));
}

std::string read(const std::filesystem::path& file) {
    auto text = read_file(file, max_blocklist_file);
    if (const auto* fault = std::get_if<read_fault>(&text)) {
        if (*fault != read_fault::too_large) refuse(file, describe(*fault).append(remedy));
        refuse(file, "is larger than 64MiB\n  try: its most frequent passwords, such as the first million");
    }
    return std::move(std::get<std::string>(text));
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
