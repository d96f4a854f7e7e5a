#include "storage/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>
#include <system_error>

#include "base/pending_file.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/interruption.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/password_input.hpp"
#include "cli/progress.hpp"
#include "config/values.hpp"

namespace latchkey::cli {

namespace {

namespace fs = std::filesystem;

constexpr auto backup_name = "backup";
constexpr auto restore_name = "restore";

struct backup_arguments {
    std::string file;
    bool force = false;
};

struct restore_arguments {
    std::string file;
    bool keep_sessions = false;
    bool yes = false;
};

/// Runs a long step with its progress on the terminal. A signal ends it tidily, then the program.
template <class Step>
auto run_long(const context& c, Step step) {
    int signal = 0;
    {
        const interruption caught;
        progress_line line(c.err);
        const auto tell = [&](const char* doing, std::uint64_t done, std::uint64_t of) {
            line.show_share(doing, done, of);
            return interruption::signal() == 0;
        };
        try {
            return step(tell);
        } catch (const storage::given_up&) {
            signal = interruption::signal();
        }
    }
    ::raise(signal);
    throw failed("interrupted", {}, "nothing was changed", {});
}

/// An empty name is a variable of a script that is not set.
void require_name(const char* command, const std::string& file) {
    if (file.empty())
        throw usage_error(command, "the name of the file is empty",
                          std::string("latchkey ") + command + " latchkey-backup.db");
}

bool is_stream(const std::string& file) {
    return file == "-";
}

/// Only a plain file is ever replaced, and never the store itself.
void refuse_target(const backup_arguments& given, const fs::path& store) {
    const auto target = fs::absolute(given.file).lexically_normal();
    std::error_code unknown;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        if (target == store.string() + suffix || fs::equivalent(target, store.string() + suffix, unknown))
            throw failed(backup_name, given.file, "is the store itself", "another name");
    const auto found = fs::symlink_status(target, unknown);
    if (!fs::exists(found)) return;
    if (fs::is_directory(found))
        throw failed(backup_name, given.file, "is a directory",
                     "latchkey backup " + (target / "latchkey-backup.db").string());
    if (!fs::is_regular_file(found))
        throw failed(backup_name, given.file, "is no plain file", "another name");
    if (!given.force)
        throw failed(backup_name, given.file, "exists already", "another name, or --force to replace it");
}

/// What goes wrong with the file, not with the store.
command_error file_error(const char* command, const std::string& file, const std::system_error& e) {
    const int code = e.code().value();
    if (code == EBUSY)
        return failed(command, file, "another latchkey command is writing it", "wait until it has ended");
    if (code == EEXIST)
        return failed(command, file, "exists by now", "another name, or --force to replace it");
    return failed(command, file, e.code().message(), "ls -ld " + fs::absolute(file).parent_path().string());
}

std::string keys_text(const storage::contents& found) {
    std::string text;
    if (found.sealed_keys != 0) text = std::to_string(found.sealed_keys) + " sealed with the master key";
    if (found.open_keys != 0)
        text += (text.empty() ? "" : ", ") + std::to_string(found.open_keys) +
                " open: whoever has this file can make tokens (LATCHKEY_MASTER_KEY seals them)";
    return text.empty() ? "none" : text;
}

boost::json::object to_json(const storage::contents& found) {
    return {{"bytes", found.bytes},
            {"users", found.users},
            {"schema_version", found.schema_version},
            {"sealed_keys", found.sealed_keys},
            {"open_keys", found.open_keys}};
}

void report_backup(const context& c, const std::string& file, const storage::contents& found) {
    if (c.options.output == output_format::json) {
        auto shown = to_json(found);
        shown["file"] = file;
        return print(c.out, boost::json::value(std::move(shown)));
    }
    print(c.out, table{{},
                       {{"file", file},
                        {"size", std::to_string((found.bytes + 1023) / 1024) + "KiB"},
                        {"users", std::to_string(found.users) + ", with their password hashes"},
                        {"schema version", std::to_string(found.schema_version)},
                        {"keys", keys_text(found)}}});
}

void send(const pending_file& from, std::ostream& out) {
    std::string buffer(1024 * 1024, '\0');
    for (::off_t at = 0;;) {
        const auto got = ::pread(from.get(), buffer.data(), buffer.size(), at);
        if (got < 0) throw failed(backup_name, from.path().string(), "cannot be read again");
        if (got == 0) break;
        if (!out.write(buffer.data(), got)) break;
        at += got;
    }
    if (!out.flush()) throw failed(backup_name, "-", "standard output took not all of it");
}

/// Standard output gets a backup that is whole; until then it lies beside the store, where there is room.
int backup_to_output(const context& c, const std::string& url) {
    if (::isatty(STDOUT_FILENO) == 1)
        throw usage_error(backup_name, "a backup is nothing for a terminal", "latchkey backup - > backup.db");
    return run_long(c, [&](const storage::progress& tell) {
        const pending_file made(storage::file_of(url).string() + ".outgoing");
        storage::back_up(url, made.path(), tell);
        send(made, c.out);
        return 0;
    });
}

storage::contents backup_to_file(const context& c, const std::string& url, const backup_arguments& given) {
    return run_long(c, [&](const storage::progress& tell) {
        pending_file made(given.file);
        auto found = storage::back_up(url, made.path(), tell);
        made.publish(given.force ? pending_file::existing::replace : pending_file::existing::keep);
        return found;
    });
}

int backup(const context& c, const backup_arguments& given) try {
    require_name(backup_name, given.file);
    const auto url = config::store_url(load_settings(c).settings);
    if (is_stream(given.file)) return backup_to_output(c, url);
    refuse_target(given, storage::file_of(url));
    report_backup(c, given.file, backup_to_file(c, url, given));
    return 0;
} catch (const std::system_error& e) {
    throw file_error(backup_name, given.file, e);
}

/// A copy by hand whose log lies beside it: alone it would lack the latest changes.
void refuse_log(const std::string& file) {
    std::error_code unknown;
    const auto size = fs::file_size(file + "-wal", unknown);
    if (unknown || size == 0) return;
    throw failed(restore_name, file, "has a write-ahead log beside it: it is a store, not a backup",
                 "latchkey backup NEW.db --set store.url=sqlite:" + fs::absolute(file).string() +
                     ", then latchkey restore NEW.db");
}

descriptor open_backup(const std::string& file) {
    if (is_stream(file) && ::isatty(STDIN_FILENO) == 1)
        throw usage_error(restore_name, "nobody types a backup", "latchkey restore - --yes < backup.db");
    if (is_stream(file)) return descriptor(::dup(STDIN_FILENO));
    refuse_log(file);
    descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat found {};
    if (!opened || ::fstat(opened.get(), &found) != 0)
        throw file_error(restore_name, file, std::system_error(errno, std::generic_category()));
    if (S_ISDIR(found.st_mode)) throw failed(restore_name, file, "is a directory", "the backup in it");
    return opened;
}

void ask_first(const context& c, const restore_arguments& given, const fs::path& store) {
    std::error_code unknown;
    if (given.yes || fs::file_size(store, unknown) == 0 || unknown) return;
    const auto question = "Replace " + store.string() + "? It is kept under another name." +
                          (given.keep_sessions ? "" : " Everybody has to log in again.");
    if (is_stream(given.file) || !confirm(question, c.err))
        throw usage_error(restore_name, "not confirmed, nothing restored",
                          "latchkey restore " + given.file + " --yes");
}

std::string sessions_text(const restore_arguments& given, const storage::restored& done) {
    if (given.keep_sessions) return "as they were in the backup";
    return std::to_string(done.ended_sessions) + " ended; no token of before is good";
}

void report_restore(const context& c, const restore_arguments& given, const fs::path& store,
                    const storage::restored& done) {
    if (c.options.output == output_format::json) {
        auto shown = to_json(done.now);
        shown["store"] = store.string();
        if (done.aside) shown["replaced"] = done.aside->string();
        shown["backup_schema_version"] = done.old_version;
        shown["ended_sessions"] = done.ended_sessions;
        shown["forgotten_keys"] = done.forgotten_keys;
        return print(c.out, boost::json::value(std::move(shown)));
    }
    auto version = std::to_string(done.now.schema_version);
    if (done.old_version != done.now.schema_version)
        version += ", upgraded from " + std::to_string(done.old_version);
    table t{{},
            {{"store", store.string()},
             {"users", std::to_string(done.now.users)},
             {"schema version", version},
             {"sessions", sessions_text(given, done)}}};
    if (done.forgotten_keys != 0)
        t.rows.push_back(
            {"keys forgotten", std::to_string(done.forgotten_keys) + ": sealed with another master key"});
    if (done.aside)
        t.rows.push_back({"replaced store", done.aside->string() + " (remove it when all is well)"});
    print(c.out, t);
}

/// By the audit key of the store as it is now.
void record_restore(configuration& configured, const storage::restored& done) {
    if (configured.loaded.settings.audit.file.empty()) return;
    opened_store store(configured.loaded.settings, configured.secrets, false);
    auto event = command_event("store_restored");
    event.add("ended_sessions", std::uint64_t{done.ended_sessions});
    event.add("forgotten_keys", std::uint64_t{done.forgotten_keys});
    store.prepare_record();
    store.record(std::move(event));
}

int restore(const context& c, const restore_arguments& given) try {
    require_name(restore_name, given.file);
    auto configured = load_all(sources_of(c));
    const auto url = config::store_url(configured.loaded.settings);
    const auto store = storage::file_of(url);
    const auto from = open_backup(given.file);
    ask_first(c, given, store);
    const system_wall_clock clock;
    storage::restoration asked{.url = url,
                               .from = from.get(),
                               .master_key = {},
                               .keep_sessions = given.keep_sessions,
                               .clock = clock};
    if (configured.secrets.master_key) asked.master_key.emplace(*configured.secrets.master_key);
    const auto done =
        run_long(c, [&](const storage::progress& tell) { return storage::restore(asked, tell); });
    report_restore(c, given, store, done);
    record_restore(configured, done);
    return 0;
} catch (const storage::open_error& e) {
    throw failed(restore_name, {}, e.what(), e.remedy());
}

}  // namespace

void add_backup(CLI::App& app, context& c) {
    const auto given = std::make_shared<backup_arguments>();
    auto& command = add_command(app, backup_name, "Copy the store into one file, also while the service runs",
                                c, [&c, given] { return backup(c, *given); });
    command
        .add_option(
            "FILE", given->file,
            "A new file, made with mode 0600; - is standard output. It holds password hashes and keys")
        ->required();
    command.add_flag("--force", given->force, "Replace FILE when there is one");
}

void add_restore(CLI::App& app, context& c) {
    const auto given = std::make_shared<restore_arguments>();
    auto& command =
        add_command(app, restore_name,
                    "Put a backup in the place of the store, which is kept; the service must be stopped", c,
                    [&c, given] { return restore(c, *given); });
    command.add_option("FILE", given->file, "Made by `latchkey backup`; - is standard input")->required();
    command.add_flag(
        "--keep-sessions", given->keep_sessions,
        "Leave sessions, signing keys and tokens as they were then: for a move to another machine "
        "only, since what was ended meanwhile comes back");
    command.add_flag("--yes", given->yes, "Do not ask");
}

}  // namespace latchkey::cli
