#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/doctor/checks.hpp"
#include "cli/output.hpp"
#include "cli/version.hpp"

namespace latchkey::cli {

namespace {

using doctor::finding;
using doctor::findings;
using doctor::verdict;

constexpr std::array<const char*, 3> words{"ok", "warning", "problem"};

const char* word(verdict v) {
    return words[static_cast<std::size_t>(v)];
}

void check_version(findings& all) {
    std::string text;
    for (const auto& [name, value] : versions())
        text += (text.empty() ? "" : ", ") + std::string(name) + " " + std::string(value.as_string());
    all.push_back({verdict::ok, "version", text, {}});
}

void add_problems(const config::problems& problems, findings& all) {
    for (const auto& p : problems)
        all.push_back({verdict::problem, "configuration", p.what + ": " + p.where + ": " + p.why, p.remedy});
}

void check_file(const config::sources& from, findings& all) {
    struct ::stat found {};
    if (!from.file) {
        all.push_back({verdict::ok, "configuration", "environment and defaults; no file", {}});
    } else if (::stat(from.file->c_str(), &found) == 0 && (found.st_mode & S_IWOTH) != 0) {
        all.push_back({verdict::problem, "configuration",
                       from.file->string() + " may be changed by every user",
                       "chmod o-w " + from.file->string()});
    } else {
        all.push_back({verdict::ok, "configuration", from.file->string(), {}});
    }
}

std::optional<crypto::master_key> sealing(const config::secrets& secrets) {
    if (!secrets.master_key) return std::nullopt;
    return crypto::master_key(*secrets.master_key);
}

void check_all(const config::settings& s, const config::secrets& secrets, findings& all) {
    const auto now = system_wall_clock().now();
    const auto store = storage::inspect(config::store_url(s), sealing(secrets));
    doctor::check_directory(store.file.parent_path(), store, all);
    doctor::check_store(store, now, all);
    doctor::check_keys(store, s, secrets, now, all);
    doctor::check_audit(s, all);
    doctor::check_machine(s, all);
    doctor::check_network(s, all);
    doctor::check_tls(s, now, all);
}

/// What is wrong with the configuration is told with everything that can be told without it.
findings examine(const context& c) {
    findings all;
    check_version(all);
    const auto from = sources_of(c);
    auto taken = config::take_secrets();
    const auto loaded = config::load(from);
    check_file(from, all);
    add_problems(loaded.problems, all);
    add_problems(taken.problems, all);
    if (loaded.ok()) check_all(loaded.settings, taken.values, all);
    return all;
}

void print_table(const context& c, const findings& all) {
    table t{{"RESULT", "CHECK", "FOUND"}, {}};
    for (const auto& f : all) {
        t.rows.push_back({word(f.result), f.check, f.found});
        if (!f.remedy.empty()) t.rows.push_back({"", "", "try: " + f.remedy});
    }
    print(c.out, t);
}

void print_json(const context& c, const findings& all, bool good) {
    boost::json::array listed;
    for (const auto& f : all) {
        boost::json::object shown{{"result", word(f.result)}, {"check", f.check}, {"found", f.found}};
        if (!f.remedy.empty()) shown["remedy"] = f.remedy;
        listed.push_back(std::move(shown));
    }
    print(c.out, boost::json::value{{"ok", good}, {"findings", std::move(listed)}});
}

int run_doctor(const context& c) {
    const auto all = examine(c);
    const bool good =
        std::ranges::none_of(all, [](const finding& f) { return f.result == verdict::problem; });
    if (c.options.output == output_format::json)
        print_json(c, all, good);
    else
        print_table(c, all);
    return static_cast<int>(good ? exit_status::ok : exit_status::failed);
}

}  // namespace

void add_doctor(CLI::App& app, context& c) {
    add_command(app, "doctor",
                "Look at configuration, store, keys, audit log, machine and network, and say what to do; "
                "changes nothing",
                c, [&c] { return run_doctor(c); });
}

}  // namespace latchkey::cli
