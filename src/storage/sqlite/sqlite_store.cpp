#include "storage/sqlite/sqlite_store.hpp"

#include <atomic>
#include <utility>

#include "storage/sqlite/files.hpp"
#include "storage/sqlite/hold.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/remedies.hpp"
#include "storage/sqlite/revocation_table.hpp"
#include "storage/sqlite/sqlite_client_store.hpp"
#include "storage/sqlite/sqlite_key_store.hpp"
#include "storage/sqlite/sqlite_session_store.hpp"
#include "storage/sqlite/sqlite_user_store.hpp"

namespace latchkey::storage::sqlite {
namespace {

class sqlite_store final : public store {
public:
    sqlite_store(const std::filesystem::path& path, open_options options, hold in_use)
        : in_use_(std::move(in_use)),
          revocations_(options.revocations),
          writer_({path, options.revocations_kept, options.revocations, newest_revocation_, options.clock,
                   options.sessions}),
          reader_(path, newest_revocation_),
          users_(reader_, writer_),
          sessions_(reader_, writer_, options.sessions, options.clock),
          clients_(reader_, writer_),
          keys_(reader_, writer_, std::move(options.master_key)) {}
    ~sqlite_store() override { stop(); }

    users::user_store& users() override { return users_; }
    sessions::session_store& sessions() override { return sessions_; }
    clients::client_store& clients() override { return clients_; }
    tokens::key_store& keys() override { return keys_; }

    task<result<std::uint64_t>> change_counter() override {
        return reader_.submit<std::uint64_t>(
            [](read_context& context) { return result<std::uint64_t>(context.change_counter()); });
    }

    task<result<void>> refresh_revocations() override {
        return reader_.submit<void>([this](read_context& context) -> result<void> {
            apply_news(context);
            return {};
        });
    }

    const lane_metrics& writes() const noexcept override { return writer_.metrics(); }
    const lane_metrics& reads() const noexcept override { return reader_.metrics(); }

    /// Loads the table before anything is answered.
    void load_revocations(database& db) { apply_after(db, 0); }

    void stop() override {
        reader_.stop();
        writer_.stop();
    }

private:
    /// Runs on the reader lane only, so `seen_` needs no lock.
    void apply_news(read_context& context) {
        // A file that was opened again may be a restored backup, whose sequence is behind.
        if (std::exchange(generation_, context.generation) != context.generation) seen_ = 0;
        apply_after(context.db, seen_);
    }

    void apply_after(database& db, std::uint64_t sequence) {
        const auto news = revocation_table::after(db, sequence);
        revocation_table::apply(news, revocations_, newest_revocation_);
        if (!news.empty()) seen_ = news.back().sequence;
    }

    hold in_use_;  ///< first: until the lanes have closed the file
    tokens::revocations& revocations_;
    std::atomic<std::uint64_t> newest_revocation_{0};
    std::uint64_t seen_ = 0;
    std::uint32_t generation_ = 1;
    writer writer_;
    reader reader_;
    sqlite_user_store users_;
    sqlite_session_store sessions_;
    sqlite_client_store clients_;
    sqlite_key_store keys_;
};

std::unique_ptr<store> prepare_and_open(const std::filesystem::path& path, open_options options) {
    if (!options.create && !std::filesystem::exists(path)) {
        throw open_error(path.string() + ": there is no such store", name_the_store);
    }
    if (options.create) make_directory(path.parent_path());
    auto in_use = hold::shared(path);
    prepare_files(path, options.create);
    database first(path);  // held until the lanes have theirs, so that the log is not torn down in between
    migrate(first, path);
    if (options.master_key) sqlite_key_store::seal_open_keys(first, *options.master_key);
    auto opened = std::make_unique<sqlite_store>(path, std::move(options), std::move(in_use));
    opened->load_revocations(first);
    return opened;
}

}  // namespace

std::unique_ptr<store> open_file(const std::filesystem::path& path, open_options options) {
    try {
        return prepare_and_open(path, std::move(options));
    } catch (const failure& broken) {
        throw open_error(path.string() + ": the store cannot be opened: " + broken.what(), "latchkey doctor");
    } catch (const std::filesystem::filesystem_error& broken) {
        throw open_error(path.string() + ": the store cannot be opened: " + broken.code().message(),
                         "latchkey doctor");
    }
}

}  // namespace latchkey::storage::sqlite
