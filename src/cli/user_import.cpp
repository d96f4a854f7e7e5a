#include "cli/user_import.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/distinct.hpp"
#include "base/run_task.hpp"
#include "cli/choice.hpp"
#include "cli/command_error.hpp"
#include "cli/import_format.hpp"
#include "cli/import_report.hpp"
#include "cli/input_file.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/record_reader.hpp"
#include "cli/wrapping.hpp"
#include "config/values.hpp"
#include "passwords/memory.hpp"
#include "passwords/stored_hash.hpp"
#include "storage/store.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

constexpr auto command = "user import";

struct import_arguments {
    std::string file;
    std::string format = "jsonl";
    bool dry_run = false;
    bool skip_existing = false;
    std::vector<std::string> scopes;
    std::string hash_config;      ///< file
    std::string signer_key_file;  ///< file
    firebase_parameters firebase;
};

std::string place(const import_arguments& given, std::size_t line) {
    const bool standard_input = given.file.empty() || given.file == "-";
    return (standard_input ? "line " : given.file + ":") + std::to_string(line);
}

std::string size_text(std::uint64_t bytes) {
    return config::format_value(config::byte_size{bytes});
}

/// Bytes that a login of the account will hold; of a hash that is still to be wrapped it is known to fit.
std::uint64_t memory_needed(const imported_user& user) {
    const auto hash = passwords::parse_stored(user.user.stored.password_hash);
    return hash ? passwords::memory_of(*hash) : 0;
}

/// The accounts of a file, and everything that is wrong with it by itself: each record, and names and ids
/// that it has twice.
class intake {
public:
    intake(const import_arguments& given, const import_settings& settings, progress_line& progress)
        : given_(given), settings_(settings), progress_(progress) {}

    void take(std::size_t line, import_outcome outcome) {
        constexpr std::size_t now_and_then = 5000;
        if (++records_ % now_and_then == 0) progress_.show("users read:", records_);
        if (auto* user = std::get_if<imported_user>(&outcome)) return take_user(line, std::move(*user));
        if (auto* skipped = std::get_if<skipped_user>(&outcome))
            report_.skipped.push_back({line, std::move(*skipped)});
        else if (auto* bad = std::get_if<config::bad_value>(&outcome))
            refuse(line, std::move(bad->reason), std::move(bad->remedy));
    }
    void take_json(std::size_t line, std::string_view text, read_object read) {
        boost::system::error_code failed;
        const auto parsed = boost::json::parse(text, failed);
        if (failed || !parsed.is_object()) return refuse(line, "is not a JSON object", {});
        take(line, read(parsed.get_object(), settings_));
    }
    void refuse(std::size_t line, std::string why, std::string remedy) {
        problems_.emplace_back(
            line, config::problem{command, place(given_, line), std::move(why), std::move(remedy)});
    }

    /// The problems up to now, in the order of lines, for the report.
    void report_problems() {
        std::ranges::stable_sort(problems_, {}, &std::pair<std::size_t, config::problem>::first);
        for (const auto& [line, problem] : problems_)
            report_.problems.push_back({line, problem.why});
    }
    /// Throws when anything was refused: everything that was, in the order of lines.
    void refuse_bad_lines() {
        if (problems_.empty()) return;
        std::ranges::stable_sort(problems_, {}, &std::pair<std::size_t, config::problem>::first);
        config::problems all;
        for (auto& [line, problem] : problems_)
            all.push_back(std::move(problem));
        all.push_back(
            {command, {}, given_.dry_run ? "nothing would be imported" : "nothing was imported", {}});
        throw command_error(exit_status::failed, std::move(all));
    }

    std::vector<imported_user>& users() { return users_; }
    std::vector<std::size_t>& lines() { return lines_; }
    import_report& report() { return report_; }
    const import_settings& settings() const { return settings_; }

private:
    void take_user(std::size_t line, imported_user user) {
        // Its owner would get 503 for ever.
        const auto needed = memory_needed(user);
        if (needed > settings_.memory_budget)
            return refuse(line,
                          "takes " + size_text(needed) + " to verify, and the memory budget for hashing is " +
                              size_text(settings_.memory_budget),
                          "--set hashing.memory_budget=" + size_text(needed) +
                              " here and for `serve`, or import on the machine that serves");
        const auto [name, new_name] = names_.try_emplace(user.user.canonical, line);
        const auto [id, new_id] = ids_.try_emplace(user.user.stored.user.id.value, line);
        if (!new_name || !new_id)
            return refuse(line,
                          std::string(new_name ? "has the id" : "is the user") + " of line " +
                              std::to_string(new_name ? id->second : name->second),
                          "keep one of the two");
        users_.push_back(std::move(user));
        lines_.push_back(line);
    }

    const import_arguments& given_;
    const import_settings& settings_;
    progress_line& progress_;
    std::size_t records_ = 0;
    std::vector<imported_user> users_;
    std::vector<std::size_t> lines_;  ///< of the users
    import_report report_;
    std::vector<std::pair<std::size_t, config::problem>> problems_;
    std::unordered_map<std::string, std::size_t> names_;
    std::unordered_map<crypto::uuid, std::size_t, crypto::uuid_hash> ids_;
};

/// Rows as objects, by the names in the heading; cells that are empty, or NULL as psql writes it, are left
/// out.
std::optional<record_fault> read_table(std::istream& in, intake& into) {
    std::vector<std::string> heading;
    return read_csv_records(in, [&](std::size_t line, const std::vector<std::string>& cells) {
        if (heading.empty()) {
            heading = cells;
            for (const std::string_view needed : {"email", "encrypted_password"})
                if (std::ranges::find(heading, needed) == heading.end())
                    into.refuse(line, "has no column `" + std::string(needed) + "`",
                                "export the whole of auth.users, with its heading");
            return;
        }
        if (cells.size() != heading.size())
            return into.refuse(line, "has other columns than the heading", {});
        boost::json::object row;
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (!cells[i].empty() && cells[i] != "NULL" && cells[i] != "\\N") row[heading[i]] = cells[i];
        into.take(line, read_supabase_user(row, into.settings()));
    });
}

bool begins_as_json(std::istream& in) {
    in >> std::ws;
    const auto first = in.peek();
    return first == '[' || first == '{';
}

std::optional<record_fault> read_users(std::istream& in, const std::string& format, intake& into) {
    const auto json = [&](std::string_view member, read_object read) {
        return read_json_records(
            in, member, [&](std::size_t line, std::string_view text) { into.take_json(line, text, read); });
    };
    if (format == "django") return json({}, &read_django_user);
    if (format == "keycloak") return json("users", &read_keycloak_user);
    if (format == "auth0") return json({}, &read_auth0_user);
    if (format == "firebase") return json("users", &read_firebase_user);
    if (format == "supabase")
        return begins_as_json(in) ? json({}, &read_supabase_user) : read_table(in, into);
    return read_line_records(in, [&](std::size_t line, std::string_view text) {
        into.take(line, read_line_user(text, into.settings()));
    });
}

void read_input(const import_arguments& given, intake& into) {
    std::ifstream file;
    const bool standard_input = given.file.empty() || given.file == "-";
    if (!standard_input) file = open_input(command, given.file);
    std::istream& in = standard_input ? std::cin : file;
    if (const auto fault = read_users(in, given.format, into)) into.refuse(fault->line, fault->reason, {});
    if (in.bad()) throw failed(command, given.file, "cannot be read to its end");
}

std::vector<users::new_user> move_out(std::vector<imported_user>& users) {
    std::vector<users::new_user> all;
    all.reserve(users.size());
    for (auto& each : users)
        all.push_back(std::move(each.user));
    return all;
}

void refuse_existing(intake& from, const users::collision& c) {
    from.refuse(
        from.lines()[c.index],
        c.same == users::collision::what::name ? "a user of that name exists" : "a user of that id exists",
        "--skip-existing leaves users of the same name as they are");
}

/// Leaves the users that are new; the others are skipped or refused.
void drop_existing(users::user_store& store, const import_arguments& given, intake& from) {
    auto all = move_out(from.users());
    const auto collisions = or_explain(run_task(store.find_collisions(all)), command, {});
    for (std::size_t i = 0; i < all.size(); ++i)
        from.users()[i].user = std::move(all[i]);
    std::vector<bool> drop(all.size());
    for (const auto& each : collisions) {
        drop[each.index] = true;
        if (each.same == users::collision::what::name && given.skip_existing)
            ++from.report().existing;
        else
            refuse_existing(from, each);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (drop[i]) continue;
        if (kept != i) {
            from.users()[kept] = std::move(from.users()[i]);
            from.lines()[kept] = from.lines()[i];
        }
        ++kept;
    }
    from.users().resize(kept);
    from.lines().resize(kept);
}

void insert(users::user_store& store, intake& from) {
    const auto all = move_out(from.users());
    const auto collisions = or_explain(run_task(store.insert_many(all)), command, {});
    for (const auto& each : collisions)
        refuse_existing(from, each);  // somebody else's, of this moment
    from.refuse_bad_lines();
}

/// Before there is a store nobody exists.
bool is_missing(const std::string& url) {
    return !std::filesystem::exists(storage::file_of(url));
}

std::string read_small_file(const std::string& name) {
    const auto text = config::read_secret_file(name);
    if (!text) throw failed(command, name, text.error().reason, text.error().remedy);
    return std::string(text->view());
}

/// The key never comes from the command line, which is in the process list and the history.
void complete_firebase(import_arguments& given) {
    constexpr auto variable = "FIREBASE_SIGNER_KEY";
    if (!given.hash_config.empty()) {
        auto read = parse_firebase_config(read_small_file(given.hash_config));
        if (!read) throw failed(command, given.hash_config, read.error().reason, read.error().remedy);
        given.firebase = std::move(*read);
    } else if (!given.signer_key_file.empty()) {
        given.firebase.signer_key = read_small_file(given.signer_key_file);
    } else if (const char* const key = std::getenv(variable)) {
        given.firebase.signer_key = key;
    } else {
        throw usage_error(
            "--firebase-hash-config", "the hashes of Firebase need the project's parameters",
            "save what the console shows (Authentication, Users, Password hash parameters) in a file "
            "of mode 600 and name that");
    }
    auto& key = given.firebase.signer_key;
    while (key.ends_with('\n') || key.ends_with('\r') || key.ends_with(' '))
        key.pop_back();
}

import_settings settings_for(import_arguments& given, const config::hashing_settings& hashing) {
    for (const auto& scope : given.scopes)
        if (!users::is_scope_token(scope)) throw explain(errc::invalid_scope, command, scope);
    sort_distinct(given.scopes);
    if (given.format == "firebase") complete_firebase(given);
    const auto budget = hashing.memory_budget.bytes != 0
                            ? hashing.memory_budget.bytes
                            : passwords::default_budget(passwords::available_memory());
    return {system_wall_clock().now(), given.firebase, given.scopes, budget};
}

void wrap_all(intake& from, const config::settings& s, progress_line& progress) {
    const passwords::argon2_parameters cost{
        .memory_kib = static_cast<std::uint32_t>(s.hashing.memory.bytes / 1024),
        .passes = s.hashing.passes,
        .lanes = 1};
    const auto weak = static_cast<std::size_t>(
        std::ranges::count_if(from.users(), [](const imported_user& each) { return each.weak.has_value(); }));
    wrap_weak_hashes(from.users(), cost,
                     [&](std::size_t done) { progress.show("weak hashes wrapped:", done, weak); });
}

/// Everything but the reading of the file, with the store.
void move_in(configuration& configured, const import_arguments& given, intake& from,
             progress_line& progress) {
    const bool missing = is_missing(config::store_url(configured.loaded.settings));
    if (missing && !given.dry_run) from.refuse_bad_lines();  // before one is made
    const bool no_store = missing && given.dry_run;
    std::optional<opened_store> store;
    if (!no_store) store.emplace(configured.loaded.settings, configured.secrets, !given.dry_run);
    if (store && !given.dry_run) store->prepare_record();
    if (store) drop_existing(store->users(), given, from);
    for (const auto& each : from.users())
        from.report().count(each);
    if (given.dry_run) return from.report_problems();
    from.refuse_bad_lines();
    wrap_all(from, configured.loaded.settings, progress);
    progress.show("users to be stored:", from.users().size());
    auto event = command_event("users_imported");
    std::string scopes;
    for (const auto& scope : given.scopes)
        scopes.append(scopes.empty() ? "" : " ").append(scope);
    event.add("count", std::uint64_t{from.users().size()}).add("scopes", scopes);
    insert(store->users(), from);
    store->record(std::move(event));
}

int user_import(const context& c, import_arguments& given) {
    auto configured = load_all(sources_of(c));
    const auto settings = settings_for(given, configured.loaded.settings.hashing);
    progress_line progress(c.err);
    intake from(given, settings, progress);
    from.report().dry_run = given.dry_run;
    read_input(given, from);
    move_in(configured, given, from, progress);
    progress.clear();
    if (c.options.output == output_format::json)
        print(c.out, boost::json::value(to_json(from.report())));
    else
        print(c.out, from.report());
    from.refuse_bad_lines();  // of a dry run
    return 0;
}

void add_firebase_options(CLI::App& in, import_arguments& given) {
    auto& f = given.firebase;
    const auto group = "Firebase";
    in.add_option("--firebase-hash-config", given.hash_config,
                  "File (mode 600) with the console's password hash parameters: hash_config { … }")
        ->type_name("FILE")
        ->group(group);
    in.add_option("--firebase-signer-key-file", given.signer_key_file,
                  "File (mode 600) with base64_signer_key alone; or in the environment: FIREBASE_SIGNER_KEY")
        ->type_name("FILE")
        ->group(group);
    in.add_option("--firebase-salt-separator", f.salt_separator, "base64_salt_separator; default: Bw==")
        ->group(group);
    in.add_option("--firebase-rounds", f.rounds, "rounds; default: 8")->group(group);
    in.add_option("--firebase-mem-cost", f.mem_cost, "mem_cost; default: 14")->group(group);
}

}  // namespace

void add_user_import(CLI::App& family, context& c) {
    const auto given = std::make_shared<import_arguments>();
    auto& in = add_command(family, "import",
                           "Add users from another system's export, all or, when a record is bad, nobody", c,
                           [&c, given] { return user_import(c, *given); });
    in.add_option("FILE", given->file, "The export; default: standard input");
    one_of(in.add_option("--format", given->format,
                         "Whose export it is; default: jsonl, as `user export --with-hashes` writes it"),
           "jsonl|django|keycloak|auth0|firebase|supabase");
    in.add_flag("--dry-run", given->dry_run, "Say what would become of every user, and add nobody");
    in.add_flag("--skip-existing", given->skip_existing, "Leave users whose name exists as they are");
    in.add_option("--scope", given->scopes,
                  "A scope that every imported user may be granted; may be repeated")
        ->allow_extra_args(false);
    add_firebase_options(in, *given);
}

}  // namespace latchkey::cli
