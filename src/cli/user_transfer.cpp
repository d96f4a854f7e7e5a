#include "cli/user_transfer.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/object.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <span>
#include <unordered_map>

#include "cli/blocking.hpp"
#include "cli/command_error.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/user_line.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

constexpr std::size_t batch_size = 500;

struct transfer_arguments {
    std::string file;
    bool with_hashes = false;
    bool dry_run = false;
    bool skip_existing = false;
};

struct numbered_line {
    std::size_t number;
    user_line user;
};

using lines = std::vector<numbered_line>;

std::string place(const transfer_arguments& given, std::size_t line) {
    const bool standard_input = given.file.empty() || given.file == "-";
    return (standard_input ? "line " : given.file + ":") + std::to_string(line);
}

/// Everything that is wrong with the file itself: each line, and names and ids that it has twice.
class line_check {
public:
    explicit line_check(const transfer_arguments& given) : given_(given) {}

    void take(std::string_view text, std::size_t number, unix_time now) {
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.empty()) return;
        auto parsed = parse_user_line(text, now);
        if (!parsed) return refuse(number, parsed.error().reason, parsed.error().remedy);
        const auto& user = parsed->stored.user;
        const auto [name, new_name] = names_.try_emplace(parsed->canonical, number);
        const auto [id, new_id] = ids_.try_emplace(user.id.value, number);
        if (!new_name || !new_id)
            return refuse(number,
                          std::string(new_name ? "has the id" : "is the user") + " of line " +
                              std::to_string(new_name ? id->second : name->second),
                          "keep one of the two");
        good_.push_back({number, std::move(*parsed)});
    }
    void refuse(std::size_t number, std::string why, std::string remedy) {
        problems_.push_back({"user import", place(given_, number), std::move(why), std::move(remedy)});
    }
    lines& good() { return good_; }
    config::problems& problems() { return problems_; }

private:
    const transfer_arguments& given_;
    lines good_;
    config::problems problems_;
    std::unordered_map<std::string, std::size_t> names_;
    std::unordered_map<crypto::uuid, std::size_t, crypto::uuid_hash> ids_;
};

void read_lines(std::istream& in, line_check& check, unix_time now) {
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number)
        check.take(text, number, now);
}

void read_input(const transfer_arguments& given, line_check& check, unix_time now) {
    if (given.file.empty() || given.file == "-") return read_lines(std::cin, check, now);
    std::ifstream file(given.file);
    if (!file) throw failed("user import", given.file, "cannot be read", "look at its name and permissions");
    read_lines(file, check, now);
    if (file.bad()) throw failed("user import", given.file, "cannot be read to its end");
}

enum class standing { fresh, name_taken, id_taken };

task<result<std::vector<standing>>> look_up(users::user_store& store, std::span<const numbered_line> batch) {
    std::vector<standing> found;
    for (const auto& each : batch) {
        auto canonical = each.user.canonical;
        const auto named = co_await store.find_by_username(std::move(canonical));
        if (!named && named.error() != errc::not_found) co_return named.error();
        const auto known = co_await store.find_by_id(each.user.stored.user.id);
        if (!known && known.error() != errc::not_found) co_return known.error();
        found.push_back(named ? standing::name_taken : known ? standing::id_taken : standing::fresh);
    }
    co_return found;
}

/// Leaves the lines whose users are new; the others are skipped or refused.
std::size_t drop_existing(users::user_store& store, const transfer_arguments& given, line_check& check) {
    lines fresh;
    std::size_t skipped = 0;
    for (std::size_t at = 0; at < check.good().size(); at += batch_size) {
        const auto batch =
            std::span(check.good()).subspan(at, std::min(batch_size, check.good().size() - at));
        const auto found = or_explain(run_to_end(look_up(store, batch)), "user import", {});
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (found[i] == standing::fresh)
                fresh.push_back(std::move(batch[i]));
            else if (found[i] == standing::name_taken && given.skip_existing)
                ++skipped;
            else
                check.refuse(batch[i].number,
                             found[i] == standing::name_taken ? "a user of that name exists"
                                                              : "a user of that id exists",
                             "--skip-existing leaves users of the same name as they are");
        }
    }
    check.good() = std::move(fresh);
    return skipped;
}

task<void> insert_one(users::user_store& store, user_line user, result<void>& outcome) {
    outcome = co_await store.insert(std::move(user.stored), std::move(user.canonical));
}

/// All at once: the store's writer makes one transaction and one sync of what has queued.
std::vector<result<void>> insert_batch(users::user_store& store, std::span<numbered_line> batch) {
    asio::io_context context(1);
    const strand on{context.get_executor()};
    std::vector<result<void>> outcomes(batch.size(), errc::store_unavailable);
    std::exception_ptr failure;
    const auto on_end = [&](std::exception_ptr e) {
        if (e) failure = e;
    };
    for (std::size_t i = 0; i < batch.size(); ++i)
        asio::co_spawn(on, insert_one(store, std::move(batch[i].user), outcomes[i]), on_end);
    context.run();
    if (failure) std::rethrow_exception(failure);
    return outcomes;
}

/// Stops at the first batch with a failure: it is the store's, or another process's, and not the file's.
std::size_t insert_all(users::user_store& store, const transfer_arguments& given, lines& good) {
    std::size_t inserted = 0;
    config::problems problems;
    for (std::size_t at = 0; at < good.size() && problems.empty(); at += batch_size) {
        const auto batch = std::span(good).subspan(at, std::min(batch_size, good.size() - at));
        const auto outcomes = insert_batch(store, batch);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (outcomes[i]) {
                ++inserted;
                continue;
            }
            const auto why = explain(outcomes[i].error(), "user import", place(given, batch[i].number));
            problems.push_back(why.problems().front());
        }
    }
    if (problems.empty()) return inserted;
    problems.push_back({"user import",
                        {},
                        std::to_string(inserted) + " users were imported before that",
                        "the same command with --skip-existing goes on from there"});
    throw command_error(exit_status::failed, std::move(problems));
}

void refuse_bad_lines(line_check& check) {
    if (check.problems().empty()) return;
    auto problems = std::move(check.problems());
    std::ranges::stable_sort(problems, {}, [](const config::problem& p) {
        return std::stoull(p.where.substr(p.where.find_last_of(": ") + 1));
    });
    problems.push_back({"user import", {}, "nothing was imported", {}});
    throw command_error(exit_status::failed, std::move(problems));
}

int user_import(const context& c, const transfer_arguments& given) {
    auto configured = load_all(sources_of(c));
    line_check check(given);
    read_input(given, check, system_wall_clock().now());
    if (check.good().empty()) refuse_bad_lines(check);  // no store is made for a file without users
    opened_store store(configured.loaded.settings, configured.secrets, !given.dry_run);
    const auto skipped = drop_existing(store.users(), given, check);
    refuse_bad_lines(check);
    const auto count = given.dry_run ? check.good().size() : insert_all(store.users(), given, check.good());
    if (c.options.output == output_format::json)
        print(c.out, boost::json::object{{"imported", given.dry_run ? 0 : count},
                                         {"skipped", skipped},
                                         {"would_import", given.dry_run ? count : 0}});
    else
        c.out << count << (given.dry_run ? " users would be imported, " : " users imported, ") << skipped
              << " skipped\n";
    return 0;
}

task<result<std::vector<users::stored_user>>> read_hashes(users::user_store& store,
                                                          std::span<const users::user> page) {
    std::vector<users::stored_user> found;
    for (const auto& user : page) {
        auto name = users::parse_username(user.username);
        if (!name) co_return name.error();
        auto stored = co_await store.find_by_username(std::move(name->canonical));
        if (stored)
            found.push_back(std::move(*stored));
        else if (stored.error() != errc::not_found)
            co_return stored.error();  // else: deleted meanwhile
    }
    co_return found;
}

void write_page(const context& c, users::user_store& store, std::span<const users::user> page,
                bool with_hashes) {
    if (!with_hashes)
        for (const auto& user : page)
            c.out << format_user_line({user, {}}, false) << '\n';
    else
        for (const auto& stored : or_explain(run_to_end(read_hashes(store, page)), "user export", {}))
            c.out << format_user_line(stored, true) << '\n';
}

int user_export(const context& c, const transfer_arguments& given) {
    auto configured = load_all(sources_of(c));
    opened_store store(configured.loaded.settings, configured.secrets, false);
    for (std::optional<users::user_id> after;;) {
        const auto page = or_explain(run_to_end(store.users().list(after, batch_size)), "user export", {});
        write_page(c, store.users(), page, given.with_hashes);
        if (page.size() < batch_size) return 0;
        after = page.back().id;
    }
}

}  // namespace

void add_user_transfer(CLI::App& family, context& c) {
    const auto given = std::make_shared<transfer_arguments>();
    auto& in = add_command(
        family, "import",
        "Add users from JSON lines; when one line is bad, all bad ones are named and nobody is added", c,
        [&c, given] { return user_import(c, *given); });
    in.add_option("FILE", given->file, "As `user export --with-hashes` writes it; default: standard input");
    in.add_flag("--dry-run", given->dry_run, "Check every line against the store and add nobody");
    in.add_flag("--skip-existing", given->skip_existing, "Leave users whose name exists as they are");
    add_command(family, "export", "Write all users as JSON lines to standard output", c,
                [&c, given] { return user_export(c, *given); })
        .add_flag("--with-hashes", given->with_hashes,
                  "With the passwords' hashes, which import needs; keep the output secret");
}

}  // namespace latchkey::cli
