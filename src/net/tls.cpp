#include "net/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/system/error_code.hpp>
#include <ctime>
#include <string>

namespace latchkey::net {
namespace {

namespace ssl = boost::asio::ssl;

void require(const boost::system::error_code& e, const char* what, const std::filesystem::path& file,
             const char* remedy) {
    if (e)
        throw tls_error("TLS: " + std::string(what) + " " + file.string() + ": " + e.message() +
                        "\n  try: " + remedy);
}

}  // namespace

std::shared_ptr<ssl::context> load_tls(const std::filesystem::path& certificate,
                                       const std::filesystem::path& key) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // No renegotiation (a client could make us compute at will) and no compression (CRIME).
    SSL_CTX_set_options(native,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");

    boost::system::error_code e;
    context->use_certificate_chain_file(certificate.string(), e);
    require(e, "cannot use the certificate", certificate,
            "a readable PEM file with the leaf certificate first (tls.certificate)");
    context->use_private_key_file(key.string(), ssl::context::pem, e);
    require(e, "cannot use the private key", key,
            "a readable PEM file with the key of the certificate (tls.key)");
    if (SSL_CTX_check_private_key(native) != 1)
        throw tls_error("TLS: the private key " + key.string() + " does not belong to the certificate " +
                        certificate.string() +
                        "\n  try: the key that the certificate was issued for (tls.key)");
    return context;
}

std::chrono::sys_seconds expiry_of(ssl::context& context) {
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context.native_handle())), &end);
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&end)));
}

}  // namespace latchkey::net
