#include "storage/store.hpp"

#include <string_view>
#include <utility>

#include "storage/backup.hpp"
#include "storage/inspect.hpp"
#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/inspect.hpp"
#include "storage/sqlite/restore.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace latchkey::storage {

std::filesystem::path file_of(const std::string& url) {
    constexpr std::string_view scheme = "sqlite:";
    if (!url.starts_with(scheme) || url.size() == scheme.size())
        throw open_error("store.url: only sqlite:PATH is known", "sqlite:/var/lib/latchkey/latchkey.db");
    return std::filesystem::absolute(url.substr(scheme.size())).lexically_normal();
}

std::unique_ptr<store> open(open_options options) {
    const auto path = file_of(options.url);
    return sqlite::open_file(path, std::move(options));
}

contents back_up(const std::string& url, const std::filesystem::path& into, const progress& tell) {
    return sqlite::back_up_file(file_of(url), into, tell);
}

inspection inspect(const std::string& url, const std::optional<crypto::master_key>& master) {
    return sqlite::inspect_file(file_of(url), master);
}

restored restore(const restoration& asked, const progress& tell) {
    return sqlite::restore_file(file_of(asked.url), asked, tell);
}

}  // namespace latchkey::storage
