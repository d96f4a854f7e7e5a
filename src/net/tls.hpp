#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace latchkey::net {

/// What is wrong with a certificate or key file, and what to do; for the operator.
struct tls_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A server context for TLS 1.2 and 1.3 with the certificate chain and key of two PEM files. Throws tls_error
/// when a file cannot be read, does not parse, or the key does not belong to the certificate. Connections
/// keep the context they began with, so a new one can be made at any time (SIGHUP).
std::shared_ptr<boost::asio::ssl::context> load_tls(const std::filesystem::path& certificate,
                                                    const std::filesystem::path& key);

/// Until when the context's certificate is valid.
std::chrono::sys_seconds expiry_of(boost::asio::ssl::context&);

}  // namespace latchkey::net
