#include <fcntl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "config/show.hpp"

namespace latchkey::cli {

namespace {

/// Never over a file that is there: it may be the only copy of somebody's configuration.
void write_new_file(const std::string& path, const std::string& text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        throw failed("config init", path, std::strerror(errno),
                     errno == EEXIST ? "another name, or without one to see it on standard output"
                                     : "ls -ld " + std::filesystem::absolute(path).parent_path().string());
    const auto written = ::write(fd, text.data(), text.size());
    const bool closed = ::close(fd) == 0;
    if (written != static_cast<ssize_t>(text.size()) || !closed) {
        ::unlink(path.c_str());
        throw failed("config init", path, "could not be written", "df " + path);
    }
}

int config_init(const context& c, const std::string& path) {
    if (path.empty())
        c.out << config::reference();
    else
        write_new_file(path, config::reference());
    return 0;
}

int config_check(const context& c) {
    const auto from = sources_of(c);
    load_all(from);
    if (c.options.output == output_format::json)
        print(c.out, boost::json::value{{"ok", true}});
    else
        c.out << "configuration is good" << (from.file ? ": " + from.file->string() : std::string()) << '\n';
    return 0;
}

int config_show(const context& c) {
    const auto loaded = load_settings(c);
    if (c.options.output == output_format::json) {
        print(c.out, boost::json::value(config::show_json(loaded)));
        return 0;
    }
    table t{{"KEY", "VALUE", "FROM"}, {}};
    for (const auto& s : config::show(loaded))
        t.rows.push_back({std::string(s.key), s.value.empty() ? "-" : s.value, s.origin});
    print(c.out, t);
    return 0;
}

}  // namespace

void add_config(CLI::App& app, context& c) {
    auto& family = *app.add_subcommand("config", "Write, check or show the configuration");
    const auto path = std::make_shared<std::string>();
    add_command(family, "init", "Write a commented file of every setting", c, [&c, path] {
        return config_init(c, *path);
    }).add_option("FILE", *path, "A new file; default: standard output");
    add_command(family, "check", "Report everything that is wrong, and start nothing", c,
                [&c] { return config_check(c); });
    add_command(family, "show", "Show every setting in force and where it was said", c,
                [&c] { return config_show(c); });
}

}  // namespace latchkey::cli
