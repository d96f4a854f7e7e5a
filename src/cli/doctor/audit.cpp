#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/doctor/checks.hpp"

namespace latchkey::cli::doctor {

namespace {

constexpr auto name = "audit log";

finding problem(const std::filesystem::path& what, const std::string& why, std::string remedy) {
    return {verdict::problem, name, what.string() + " " + why, std::move(remedy)};
}

/// It is there: the service appends to it, and nobody else may.
finding judge_file(const std::filesystem::path& file, const struct ::stat& found) {
    if (!S_ISREG(found.st_mode)) return problem(file, "is no plain file", "another audit.file");
    if (::access(file.c_str(), R_OK | W_OK) != 0)
        return problem(file, std::string("cannot be written: ") + std::strerror(errno),
                       "ls -l " + file.string());
    if ((found.st_mode & 022U) != 0)
        return problem(file, "may be changed by others", "chmod 600 " + file.string());
    if ((found.st_mode & 004U) != 0)
        return {verdict::warning, name, file.string() + " may be read by everybody: it tells who logs in",
                "chmod o-r " + file.string()};
    return {
        verdict::ok, name, file.string() + ", " + std::to_string((found.st_size + 1023) / 1024) + "KiB", {}};
}

/// It is not: the start makes it.
finding judge_directory(const std::filesystem::path& file) {
    const auto directory = std::filesystem::absolute(file).parent_path();
    struct ::stat found {};
    if (::stat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))
        return problem(directory, "is no directory: the service does not start without its audit log",
                       "install -d -m 700 -o USER " + directory.string() + ", for the service's user");
    if (::access(directory.c_str(), W_OK | X_OK) != 0)
        return problem(directory, std::string("cannot be written: ") + std::strerror(errno),
                       "ls -ld " + directory.string());
    return {verdict::ok, name, file.string() + ", which the start makes", {}};
}

}  // namespace

void check_audit(const config::settings& s, findings& all) {
    const auto& file = s.audit.file;
    struct ::stat found {};
    if (file.empty())
        all.push_back({verdict::ok, name, "none (audit.file)", {}});
    else if (file == "-")
        all.push_back({verdict::ok, name, "standard output of the service", {}});
    else if (::stat(file.c_str(), &found) == 0)
        all.push_back(judge_file(file, found));
    else
        all.push_back(judge_directory(file));
}

}  // namespace latchkey::cli::doctor
