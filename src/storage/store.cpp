#include "storage/store.hpp"

#include <string_view>
#include <utility>

#include "storage/sqlite/sqlite_store.hpp"

namespace latchkey::storage {

std::unique_ptr<store> open(open_options options) {
    constexpr std::string_view scheme = "sqlite:";
    if (!options.url.starts_with(scheme) || options.url.size() == scheme.size()) {
        throw open_error(
            "store.url: only sqlite:PATH is known, such as sqlite:/var/lib/latchkey/latchkey.db.");
    }
    const std::filesystem::path path = options.url.substr(scheme.size());
    return sqlite::open_file(path, std::move(options));
}

}  // namespace latchkey::storage
