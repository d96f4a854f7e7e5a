#include <CLI/CLI.hpp>

#include "app/app.hpp"
#include "cli/commands.hpp"

namespace latchkey::cli {

namespace {

int serve(const context& c) {
    const auto from = sources_of(c);
    auto configured = load_all(from);
    app::program program;
    program.settings = std::move(configured.loaded.settings);
    program.secrets = std::move(configured.secrets);
    // Only files can have changed by the time of a SIGHUP: environment and options are those of the start.
    program.reload = [from] { return config::load(from); };
    return app::serve(std::move(program));
}

}  // namespace

void add_serve(CLI::App& app, context& c) {
    add_command(app, "serve", "Run the service", c, [&c] { return serve(c); });
}

}  // namespace latchkey::cli
