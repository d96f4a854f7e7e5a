#include <openssl/crypto.h>
#include <sodium/version.h>
#include <sqlite3.h>
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/version.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/version.hpp"

namespace latchkey::cli {

namespace {

std::string boost_version() {
    return std::to_string(BOOST_VERSION / 100'000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "." +
           std::to_string(BOOST_VERSION % 100);
}

}  // namespace

// The libraries as they run, which may be newer than those we were built with; Boost is headers mostly.
boost::json::object versions() {
    boost::json::object v{{"latchkey", LATCHKEY_VERSION}};
    if (const std::string_view commit = LATCHKEY_COMMIT; commit != "unknown") v["commit"] = commit;
    v["boost"] = boost_version();
    v["openssl"] = OpenSSL_version(OPENSSL_VERSION_STRING);
    v["libsodium"] = sodium_version_string();
    v["sqlite"] = sqlite3_libversion();
    return v;
}

namespace {

int version(const context& c) {
    const auto all = versions();
    if (c.options.output == output_format::json) {
        print(c.out, boost::json::value(all));
        return 0;
    }
    table t;
    for (const auto& [name, value] : all)
        t.rows.push_back({std::string(name), std::string(value.as_string())});
    print(c.out, t);
    return 0;
}

}  // namespace

void add_version(CLI::App& app, context& c) {
    add_command(app, "version", "Show the versions of the program and its libraries", c,
                [&c] { return version(c); });
    // Where a shell's fingers look first.
    app.set_version_flag("--version", "latchkey " LATCHKEY_VERSION, "Print the version and exit")
        ->group(common_group);
}

}  // namespace latchkey::cli
