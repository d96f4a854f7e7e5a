#include <CLI/CLI.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>
#include <stdexcept>

#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/http_probe.hpp"

namespace latchkey::cli {

namespace {

// Below the time-out of the image's HEALTHCHECK, so that it is we who say why.
constexpr std::chrono::milliseconds deadline{2'000};

http_address parse_url(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->scheme() != "http" || url->host().empty())
        throw usage_error("healthcheck", "--url is not an http URL", "--url http://127.0.0.1:9090/readyz");
    return {url->host_address(), url->has_port() ? std::string(url->port()) : "80",
            url->encoded_path().empty() ? "/" : std::string(url->encoded_path())};
}

std::string answer_of(const http_address& at) try {
    return ask_http(at, deadline);
} catch (const std::runtime_error& e) {
    throw failed("healthcheck", at.host + ":" + at.port + at.path, e.what(),
                 "latchkey doctor, or --management-listen ADDR:PORT");
}

int healthcheck(const context& c, const std::string& url) {
    const auto at = url.empty() ? address_of(load_settings(c).settings.server.management_listen, "/readyz")
                                : parse_url(url);
    const auto status = answer_of(at).substr(std::string_view("HTTP/1.1 ").size(), 3);
    if (status != "200") throw failed("healthcheck", at.host + ":" + at.port + at.path, "status " + status);
    return 0;
}

}  // namespace

void add_healthcheck(CLI::App& app, context& c) {
    const auto url = std::make_shared<std::string>();
    add_command(app, "healthcheck", "Ask a running server whether it is ready", c, [&c, url] {
        return healthcheck(c, *url);
    }).add_option("--url", *url, "Default: /readyz at server.management_listen");
}

}  // namespace latchkey::cli
