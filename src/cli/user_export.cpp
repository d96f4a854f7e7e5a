#include "cli/user_export.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <span>

#include "base/run_task.hpp"
#include "cli/command_error.hpp"
#include "cli/opened_store.hpp"
#include "cli/user_line.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

constexpr std::size_t batch_size = 500;

struct export_arguments {
    bool with_hashes = false;
};

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
        for (const auto& stored : or_explain(run_task(read_hashes(store, page)), "user export", {}))
            c.out << format_user_line(stored, true) << '\n';
}

int user_export(const context& c, const export_arguments& given) {
    auto configured = load_all(sources_of(c));
    opened_store store(configured.loaded.settings, configured.secrets, false);
    store.prepare_record();
    auto event = command_event("users_exported");
    event.add("with_hashes", given.with_hashes);
    store.record(std::move(event));
    for (std::optional<users::user_id> after;;) {
        const auto page = or_explain(run_task(store.users().list(after, batch_size)), "user export", {});
        write_page(c, store.users(), page, given.with_hashes);
        if (page.size() < batch_size) return 0;
        after = page.back().id;
    }
}

}  // namespace

void add_user_export(CLI::App& family, context& c) {
    const auto given = std::make_shared<export_arguments>();
    add_command(family, "export", "Write all users as JSON lines to standard output", c,
                [&c, given] { return user_export(c, *given); })
        .add_flag("--with-hashes", given->with_hashes,
                  "With the passwords' hashes, which import needs; keep the output secret");
}

}  // namespace latchkey::cli
