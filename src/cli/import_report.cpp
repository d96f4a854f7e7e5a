#include "cli/import_report.hpp"

#include <ostream>

#include "cli/output.hpp"

namespace latchkey::cli {

namespace {

void add_rows(table& t, const std::map<std::string, std::size_t>& kinds, const char* what) {
    for (const auto& [kind, count] : kinds)
        t.rows.push_back({kind, std::to_string(count), what});
}

boost::json::object to_json(const std::map<std::string, std::size_t>& kinds) {
    boost::json::object out;
    for (const auto& [kind, count] : kinds)
        out[kind] = count;
    return out;
}

}  // namespace

void import_report::count(const imported_user& user) {
    ++users;
    ++(user.weak ? wrapped : as_is)[user.kind];
}

void print(std::ostream& out, const import_report& r) {
    const bool refused = !r.problems.empty();
    out << (refused ? 0 : r.users) << (r.dry_run ? " users would be imported, " : " users imported, ")
        << r.existing + r.skipped.size() << " skipped\n";
    table hashes{{"HASH", "USERS", "WHAT BECOMES OF IT"}, {}};
    add_rows(hashes, r.as_is, "verified as it is, replaced at the next login");
    add_rows(hashes, r.wrapped, "weak: wrapped in Argon2id, replaced at the next login");
    if (!hashes.rows.empty()) print(out << '\n', hashes);
    if (r.skipped.empty() && r.existing == 0) return;
    table skipped{{"LINE", "SKIPPED", "REASON"}, {}};
    for (const auto& [line, user] : r.skipped)
        skipped.rows.push_back({std::to_string(line), user.name, user.reason});
    if (r.existing != 0)
        skipped.rows.push_back({"-", std::to_string(r.existing) + " users", "exist already"});
    print(out << '\n', skipped);
}

boost::json::object to_json(const import_report& r) {
    boost::json::array skipped;
    for (const auto& [line, user] : r.skipped)
        skipped.push_back(
            boost::json::object{{"line", line}, {"username", user.name}, {"reason", user.reason}});
    boost::json::array problems;
    for (const auto& [line, reason] : r.problems)
        problems.push_back(boost::json::object{{"line", line}, {"reason", reason}});
    return {{"imported", r.dry_run ? 0 : r.users},
            {"would_import", r.dry_run && r.problems.empty() ? r.users : 0},
            {"skipped", r.existing + r.skipped.size()},
            {"existing", r.existing},
            {"as_is", to_json(r.as_is)},
            {"wrapped", to_json(r.wrapped)},
            {"skipped_users", std::move(skipped)},
            {"problems", std::move(problems)}};
}

}  // namespace latchkey::cli
