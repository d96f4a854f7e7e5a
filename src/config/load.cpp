#include "config/load.hpp"

#include <utility>
#include <variant>

#include "base/read_file.hpp"
#include "config/check.hpp"
#include "config/keys.hpp"
#include "config/nearest.hpp"
#include "config/toml.hpp"

namespace latchkey::config {

namespace {

constexpr std::size_t largest_file = 1024 * 1024;

problem unknown_key(std::string name, std::string where) {
    for (const std::string_view word : {"master_key", "secret"})
        if (name.find(word) != std::string::npos)
            return {std::move(name), std::move(where), "secrets are not settings",
                    "set LATCHKEY_MASTER_KEY_FILE or LATCHKEY_TOKENS_HMAC_SECRET_FILE in the environment"};
    const auto meant = nearest_key(name);
    return {std::move(name), std::move(where), "unknown key",
            meant.empty() ? "latchkey config init lists every key" : std::string(meant)};
}

void assign(load_result& into, const std::string& name, std::string_view text, const std::string& where) {
    const auto* const k = find_key(name);
    if (k == nullptr) {
        into.problems.push_back(unknown_key(name, where));
    } else if (auto bad = k->assign(*k, into.settings, text)) {
        into.problems.push_back({name, where, std::move(bad->reason), std::move(bad->remedy)});
    } else {
        into.origins[k->name] = where;
    }
}

void apply_file(load_result& into, const toml_text& file) {
    auto read = read_toml(file);
    for (auto& p : read.problems)
        into.problems.push_back(std::move(p));
    for (const auto& e : read.entries)
        assign(into, e.key, e.value, e.where);
}

/// `LATCHKEY_SERVER_LISTEN` is a key's name by the table only: taking the variable apart would be ambiguous.
const key* key_of_variable(std::string_view name) {
    for (const auto& k : keys())
        if (environment_name(k) == name) return &k;
    return nullptr;
}

std::string nearest_variable(std::string_view name) {
    std::vector<std::string> all;
    for (const auto& k : keys())
        all.push_back(environment_name(k));
    const std::vector<std::string_view> candidates(all.begin(), all.end());
    return std::string(nearest(name, candidates));
}

void apply_environment(load_result& into, const environment& variables) {
    for (const auto& [name, value] : variables) {
        const auto where = "environment " + name;
        if (const auto* const k = key_of_variable(name)) {
            assign(into, std::string(k->name), value, where);
        } else {
            const auto meant = nearest_variable(name);
            into.problems.push_back(
                {name, "environment", "unknown variable",
                 meant.empty() ? "unset " + name + "; latchkey config init lists every key" : meant});
        }
    }
}

std::optional<toml_text> read_toml_file(const std::filesystem::path& path, problems& wrong) {
    const auto remedy = [&](read_fault fault) -> std::string {
        switch (fault) {
            case read_fault::missing:
                return "latchkey config init " + path.string() + " writes one";
            case read_fault::directory:
                return (path / "latchkey.toml").string();
            case read_fault::unreadable:
                return "ls -l " + path.string();
            case read_fault::too_large:
                break;
        }
        return "another file: latchkey config init shows what one is like";
    };
    auto read = read_file(path, largest_file);
    if (const auto* fault = std::get_if<read_fault>(&read)) {
        wrong.push_back({"file", path.string(),
                         *fault == read_fault::too_large ? "is larger than 1MiB" : describe(*fault),
                         remedy(*fault)});
        return std::nullopt;
    }
    return toml_text{path.string(), std::move(std::get<std::string>(read))};
}

}  // namespace

load_result load(const sources& from) {
    problems wrong;
    std::optional<toml_text> file;
    if (from.file) file = read_toml_file(*from.file, wrong);
    auto result = load(from, file);
    result.problems.insert(result.problems.begin(), wrong.begin(), wrong.end());
    return result;
}

load_result load(const sources& from, const std::optional<toml_text>& file) {
    load_result result{from.defaults, {}, {}};
    if (file) apply_file(result, *file);
    apply_environment(result, from.environment);
    for (const auto& a : from.options)
        assign(result, a.key, a.value, a.option == "--set" ? "--set " + a.key : a.option);
    check(result);
    return result;
}

std::string origin_of(const load_result& result, std::string_view key) {
    const auto found = result.origins.find(key);
    return found == result.origins.end() ? "default" : found->second;
}

}  // namespace latchkey::config
