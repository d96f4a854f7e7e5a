#include "storage/sqlite/backup.hpp"

#include "storage/sqlite/copy.hpp"
#include "storage/sqlite/hold.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/remedies.hpp"

namespace latchkey::storage::sqlite {
namespace {

void require_store(database& db, const std::filesystem::path& shown) {
    if (db.integer("PRAGMA application_id") == application_id) return;
    throw open_error(shown.string() + ": this is no store of Latchkey", name_the_store);
}

contents copy_store(const std::filesystem::path& path, const std::filesystem::path& into,
                    const progress& tell) {
    const auto in_use = hold::shared(path);
    database from(path);
    from.run("PRAGMA query_only=ON");
    require_store(from, path);
    {
        database to(into, access::alone);
        // Nobody has seen it yet: it is synced once, as a whole.
        to.run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
        copy_pages(from, to, tell);
    }
    database copy(into, access::alone);
    fold_log(copy);  // the pages say that there is a log
    require_integrity(copy, path, tell);
    return contents_of(copy);
}

}  // namespace

contents back_up_file(const std::filesystem::path& path, const std::filesystem::path& into,
                      const progress& tell) {
    if (!std::filesystem::exists(path))
        throw open_error(path.string() + ": there is no such store", name_the_store);
    try {
        return copy_store(path, into, tell);
    } catch (const failure& broken) {
        throw open_error(path.string() + ": the store cannot be copied: " + broken.what(),
                         "df -h " + std::filesystem::absolute(into).parent_path().string() +
                             ", where the backup goes; latchkey doctor looks at the store");
    }
}

}  // namespace latchkey::storage::sqlite
