#include <CLI/CLI.hpp>
#include <ostream>

#include "app/app.hpp"
#include "base/run_task.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/new_password.hpp"
#include "cli/opened_store.hpp"
#include "cli/throwaway_directory.hpp"
#include "config/values.hpp"
#include "users/username.hpp"

namespace latchkey::cli {

namespace {

constexpr std::string_view demo_name = "johndoe";
constexpr std::string_view demo_password = "secret";

/// What `dev` changes where nothing is said. Any page may call: the port of a development server is anybody's
/// guess, and the accounts are worth nothing.
config::settings dev_defaults() {
    config::settings s;
    s.cors.origins = {"*"};
    s.docs.enabled = true;
    return s;
}

config::sources dev_sources(const context& c) {
    auto from = sources_of(c);
    if (!c.options.config_file && !c.config_variable) from.file.reset();  // the file in /etc is the service's
    from.defaults = dev_defaults();
    return from;
}

/// A known password in a store that somebody keeps would be a hole: `dev` never opens one.
void refuse_kept_store(const config::load_result& loaded) {
    const auto directory = config::origin_of(loaded, "data_dir");
    // LATCHKEY_DATA_DIR alone is no wish: an image sets it for `serve`.
    if (directory == "--data-dir" || directory.starts_with("--set"))
        throw usage_error("dev", "its accounts are thrown away, so it takes no data directory",
                          "latchkey serve");
    if (!loaded.settings.store.url.empty())
        throw usage_error("dev", "its accounts are thrown away, so it takes no store.url", "latchkey serve");
}

void keep_in(const std::filesystem::path& directory, config::settings& s) {
    s.data_dir = directory;
    s.store.url.clear();
}

users::stored_user demo_user(unix_time now, std::string password_hash) {
    users::user user;
    user.id = {crypto::uuid::v7(now)};
    user.username = demo_name;
    user.email = "johndoe@example.com";
    user.scopes = {"items", "me"};
    user.created_at = user.updated_at = user.password_changed_at = now;
    return {std::move(user), std::move(password_hash)};
}

void add_demo_user(const config::settings& settings) {
    config::secrets unsealed;  // no key is made yet
    opened_store store(settings, unsealed, true);
    auto hash = or_explain(hash_any_password(secret(demo_password), settings), "dev", std::string(demo_name));
    auto name = or_explain(users::parse_username(demo_name), "dev", std::string(demo_name));
    or_explain(run_task(store.users().insert(demo_user(store.now(), std::move(hash)), name.canonical)), "dev",
               std::string(demo_name));
}

void print_banner(std::ostream& err, const config::settings& s) {
    auto reached = s.server.listen;
    if (reached.address == "0.0.0.0") reached.address = "127.0.0.1";
    if (reached.address == "::") reached.address = "::1";
    const auto url = (s.tls.certificate.empty() ? "http://" : "https://") + config::format_value(reached);
    const auto login = "curl -s -d username=" + std::string(demo_name) +
                       " -d password=" + std::string(demo_password) + " " + url + "/token";
    // Cuts the token out with what every shell has.
    const std::string cut = R"sed(sed -E 's/.*"access_token":"([^"]+)".*/\1/')sed";
    err << "\n  LATCHKEY IN DEVELOPMENT MODE: a known password, accounts gone at exit. Not for "
           "production.\n\n"
        << "    user name  " << demo_name << "\n"
        << "    password   " << demo_password << "\n\n"
        << "  Get a token, and use it:\n\n"
        << "    " << login << "\n"
        << "    TOKEN=$(" << login << " | " << cut << ")\n"
        << "    curl -s -H \"Authorization: Bearer $TOKEN\" " << url << "/items/\n\n";
    if (s.docs.enabled)
        err << "  In a browser:\n\n"
            << "    " << url << s.server.root_path << "/docs   every request, to read and to try\n"
            << "    " << url << s.server.root_path << "/demo   a frontend to copy from\n\n";
    err << std::flush;
}

int dev(context& c) {
    const auto from = dev_sources(c);
    auto configured = load_all(from);
    refuse_kept_store(configured.loaded);
    const throwaway_directory directory;
    const auto load = [from, path = directory.path()] {
        auto loaded = config::load(from);
        keep_in(path, loaded.settings);
        return loaded;
    };
    app::program program;
    program.settings = std::move(configured.loaded.settings);
    keep_in(directory.path(), program.settings);
    add_demo_user(program.settings);
    print_banner(c.err, program.settings);
    program.secrets = std::move(configured.secrets);
    program.dev = true;
    program.reload = load;
    return app::serve(std::move(program));
}

}  // namespace

void add_dev(CLI::App& app, context& c) {
    add_command(app, "dev", "Try the service: throw-away accounts, a demo user", c, [&c] { return dev(c); });
}

}  // namespace latchkey::cli
