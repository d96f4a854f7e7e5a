#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>

#include "cli/doctor/checks.hpp"
#include "cli/http_probe.hpp"
#include "config/values.hpp"

namespace latchkey::cli::doctor {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A service on a busy machine is late, not another program.
constexpr std::chrono::milliseconds patience{5'000};

bool is_loopback(const config::endpoint& at) {
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(at.address, failed);
    return !failed && address.is_loopback();
}

/// Binding takes nothing away from anybody: nobody listens.
boost::system::error_code try_address(const config::endpoint& at) {
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(at.address, failed);
    if (failed) return failed;
    asio::io_context context;
    tcp::acceptor probe(context);
    const tcp::endpoint wanted(address, at.port);
    probe.open(wanted.protocol(), failed);
    if (!failed) probe.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) probe.bind(wanted, failed);
    return failed;
}

/// Whether what listens there is a Latchkey that serves.
bool answers(const config::endpoint& at) {
    try {
        const auto answer = ask_http(address_of(at, "/healthz"), patience);
        return answer.find(" 200") != std::string::npos &&
               answer.find(R"({"status":"ok"})") != std::string::npos;
    } catch (const std::runtime_error&) {
        return false;
    }
}

void check_listener(const char* key, const config::endpoint& at, bool tls, findings& all) {
    const auto where = config::format_value(at);
    const auto failed = try_address(at);
    if (!failed)
        all.push_back({verdict::ok, key, where + " is free", {}});
    else if (failed != asio::error::address_in_use)
        all.push_back({verdict::problem, key, where + " cannot be used: " + failed.message(),
                       std::string("--set ") + key +
                           "=ADDR:PORT with an address of this machine and a port above 1023"});
    else if (tls)
        all.push_back({verdict::ok, key, where + " is taken, by a service with TLS perhaps", {}});
    else if (answers(at))
        all.push_back({verdict::ok, key, "Latchkey answers at " + where, {}});
    else
        all.push_back(
            {verdict::problem, key, where + " is taken by another program",
             "ss -ltnp 'sport = :" + std::to_string(at.port) + "', or --set " + key + "=ADDR:PORT"});
}

void check_management(const config::endpoint& at, findings& all) {
    if (is_loopback(at)) return;
    all.push_back({verdict::warning, "management port",
                   "can be reached from outside at " + config::format_value(at),
                   "--set server.management_listen=127.0.0.1:" + std::to_string(at.port) +
                       "; in a container: do not publish it, and let a network policy admit probes and "
                       "Prometheus only"});
}

bool trusts_everybody(const config::server_settings& s) {
    for (const auto& network : s.trusted_proxies)
        if (network.ends_with("/0")) return true;
    return false;
}

void check_proxy(const config::settings& s, findings& all) {
    const auto& server = s.server;
    if (trusts_everybody(server))
        all.push_back(
            {verdict::problem, "trusted proxies",
             "server.trusted_proxies admits everybody: any client may claim any address and is never slowed "
             "down",
             "the addresses of your proxies only, such as server.trusted_proxies = [\"10.0.0.2\"]"});
    else if (!server.root_path.empty() && server.trusted_proxies.empty())
        all.push_back(
            {verdict::warning, "trusted proxies",
             "server.root_path speaks of a proxy, and server.trusted_proxies names none: all clients seem to "
             "have its address",
             "server.trusted_proxies = [\"ADDRESS\"]"});
    else
        all.push_back({verdict::ok,
                       "trusted proxies",
                       server.trusted_proxies.empty() ? "none" : config::format_value(server.trusted_proxies),
                       {}});
    if (s.tls.certificate.empty() && server.trusted_proxies.empty() && !is_loopback(server.listen))
        all.push_back({verdict::warning, "encryption",
                       config::format_value(server.listen) +
                           " can be reached from outside without TLS: passwords are "
                           "readable on the way",
                       "tls.certificate and tls.key, or a proxy with TLS, named in server.trusted_proxies"});
}

}  // namespace

void check_network(const config::settings& s, findings& all) {
    check_listener("server.listen", s.server.listen, !s.tls.certificate.empty(), all);
    check_listener("server.management_listen", s.server.management_listen, false, all);
    check_management(s.server.management_listen, all);
    check_proxy(s, all);
}

}  // namespace latchkey::cli::doctor
