#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <ctime>

#include "cli/doctor/checks.hpp"
#include "net/tls.hpp"

namespace latchkey::cli::doctor {

namespace {

constexpr auto name = "certificate";
constexpr auto renew_before = std::chrono::days{14};

std::optional<unix_time> time_of(const ASN1_TIME* t) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(t, &parts) != 1) return std::nullopt;
    return unix_time{std::chrono::seconds{::timegm(&parts)}};
}

void check_dates(const X509* certificate, const std::string& file, unix_time now, findings& all) {
    const auto from = time_of(X509_get0_notBefore(certificate));
    const auto until = time_of(X509_get0_notAfter(certificate));
    if (!from || !until) return;
    const auto text = file + ", good until " + rfc3339(*until);
    if (now < *from)
        all.push_back(
            {verdict::problem, name, file + " is not good before " + rfc3339(*from), "look at the clock"});
    else if (*until <= now)
        all.push_back({verdict::problem, name, text + ": expired", "renew it, then kill -HUP the service"});
    else if (*until - now < renew_before)
        all.push_back({verdict::warning, name, text, "renew it, then kill -HUP the service"});
    else
        all.push_back({verdict::ok, name, text, {}});
}

void check_mode(const std::filesystem::path& key, findings& all) {
    struct ::stat found {};
    if (::stat(key.c_str(), &found) != 0 || (found.st_mode & 077) == 0) return;
    const bool everybody =
        (found.st_mode & 027) != 0;  // a group that may read is how some systems share keys
    all.push_back(
        {everybody ? verdict::problem : verdict::warning, "private key",
         key.string() + (everybody ? " may be read or changed by others" : " may be read by its group"),
         "chmod 600 " + key.string()});
}

}  // namespace

void check_tls(const config::settings& s, unix_time now, findings& all) {
    if (s.tls.certificate.empty()) return;
    try {
        const auto loaded = net::load_tls(s.tls.certificate, s.tls.key);
        check_dates(SSL_CTX_get0_certificate(loaded->native_handle()), s.tls.certificate.string(), now, all);
    } catch (const net::tls_error& e) {
        const std::string text = e.what();
        const auto line = text.find("\n  try: ");
        all.push_back(
            {verdict::problem, name, text.substr(0, line),
             line == std::string::npos ? "" : text.substr(line + std::string_view("\n  try: ").size())});
    }
    check_mode(s.tls.key, all);
}

}  // namespace latchkey::cli::doctor
