// Whatever a file holds: records stay within the limit and within the file, and those of an export are read,
// skipped or refused.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "cli/import_format.hpp"
#include "cli/record_reader.hpp"
#include "passwords/stored_hash.hpp"

namespace {

using namespace latchkey;

void require(bool fact) {
    if (!fact) std::abort();
}

void require_storable(const cli::import_outcome& outcome) {
    const auto* user = std::get_if<cli::imported_user>(&outcome);
    if (user == nullptr) return;
    const auto& stored = user->user.stored;
    require(!stored.user.username.empty() && !user->user.canonical.empty());
    require(user->weak.has_value() != passwords::parse_stored(stored.password_hash).has_value());
}

void read_all(std::string_view record) {
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(record, failed);
    if (failed || !parsed.is_object()) return;
    const cli::import_settings settings{unix_time{std::chrono::milliseconds{1'800'000'000'000}}, {}, {}, 0};
    for (const auto read : {&cli::read_django_user, &cli::read_keycloak_user, &cli::read_auth0_user,
                            &cli::read_firebase_user, &cli::read_supabase_user})
        require_storable(read(parsed.get_object(), settings));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const std::string_view member : {"", "users"}) {
        std::istringstream in(text);
        (void)cli::read_json_records(in, member, [&](std::size_t line, std::string_view record) {
            require(line >= 1 && record.size() <= cli::max_record && text.find(record) != text.npos);
            read_all(record);
        });
    }
    std::istringstream in(text);
    (void)cli::read_csv_records(in, [&](std::size_t line, const std::vector<std::string>& cells) {
        require(line >= 1 && !cells.empty());
    });
    return 0;
}
