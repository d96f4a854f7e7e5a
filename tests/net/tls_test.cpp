#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdio>
#include <filesystem>

#include "net/tls.hpp"
#include "support/loopback.hpp"
#include "support/temporary_directory.hpp"

namespace latchkey {
namespace {

namespace ssl = boost::asio::ssl;
using test::loopback_server;
using test::raw_client;

/// A self-signed certificate and its key in a directory of their own.
class certificate_files {
public:
    explicit certificate_files(const char* common_name) {
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* x = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), 0);
        X509_gmtime_adj(X509_getm_notAfter(x), 3600);
        X509_set_pubkey(x, key);
        auto* text = reinterpret_cast<const unsigned char*>(common_name);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, text, -1, -1, 0);
        X509_set_issuer_name(x, X509_get_subject_name(x));
        X509_sign(x, key, EVP_sha256());
        write(certificate(), [&](FILE* f) { PEM_write_X509(f, x); });
        write(this->key(),
              [&](FILE* f) { PEM_write_PrivateKey(f, key, nullptr, nullptr, 0, nullptr, nullptr); });
        X509_free(x);
        EVP_PKEY_free(key);
    }
    std::filesystem::path certificate() const { return directory_ / "cert.pem"; }
    std::filesystem::path key() const { return directory_ / "key.pem"; }

private:
    template <class Write>
    static void write(const std::filesystem::path& file, Write w) {
        FILE* f = std::fopen(file.c_str(), "w");
        w(f);
        std::fclose(f);
    }
    test::temporary_directory directory_;
};

struct tls_answer {
    std::string text;
    std::string protocol;
    std::string common_name;
};

class tls_client {
public:
    tls_client(std::uint16_t port, int highest = TLS1_3_VERSION, int lowest = TLS1_2_VERSION)
        : context_(ssl::context::tls_client), stream_(io_, context_) {
        SSL_set_max_proto_version(stream_.native_handle(), highest);
        SSL_set_min_proto_version(stream_.native_handle(), lowest);
        stream_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
        stream_.handshake(ssl::stream_base::client);
    }
    /// Says goodbye as TLS does, and closes.
    void ask_and_leave() {
        boost::asio::write(stream_, boost::asio::buffer(std::string("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")));
        SSL_shutdown(stream_.native_handle());
        boost::system::error_code ignored;  // its close_notify is on the way, whatever becomes of the rest
        stream_.next_layer().shutdown(boost::asio::socket_base::shutdown_both, ignored);
        stream_.next_layer().close(ignored);
    }
    /// Takes the last answer and says nothing more; returns when the server has closed.
    void ask_and_stay() {
        boost::asio::write(
            stream_,
            boost::asio::buffer(std::string("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
        std::string rest(4096, 0);
        boost::system::error_code error;
        while (!error)
            stream_.next_layer().read_some(boost::asio::buffer(rest), error);
    }
    tls_client& send(std::string_view text) {
        boost::asio::write(stream_, boost::asio::buffer(text.data(), text.size()));
        return *this;
    }
    std::string read() {
        std::string text(4096, 0);
        text.resize(stream_.read_some(boost::asio::buffer(text)));
        return text;
    }
    tls_answer get() {
        const std::string text = send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").read();
        X509* peer = SSL_get1_peer_certificate(stream_.native_handle());
        char name[64] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
        X509_free(peer);
        return {text, SSL_get_version(stream_.native_handle()), name};
    }

private:
    boost::asio::io_context io_;
    ssl::context context_;
    ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

TEST(Tls, SpeaksTls12And13AndNothingOlder) {
    certificate_files files("one");
    loopback_server server;
    EXPECT_EQ(server.server.certificate_expiry(), std::nullopt);
    server.server.use_tls(net::load_tls(files.certificate(), files.key()));
    const auto left = server.server.certificate_expiry().value() - std::chrono::system_clock::now();
    EXPECT_LE(left, std::chrono::hours(1));
    EXPECT_GT(left, std::chrono::minutes(50));
    EXPECT_EQ(tls_client(server.port).get().protocol, "TLSv1.3");
    const auto older = tls_client(server.port, TLS1_2_VERSION).get();
    EXPECT_EQ(older.protocol, "TLSv1.2");
    EXPECT_THAT(older.text, testing::EndsWith("GET /a "));
    EXPECT_THROW(tls_client(server.port, TLS1_1_VERSION, TLS1_VERSION), boost::system::system_error);
}

TEST(Tls, AClientThatNeverSaysGoodbyeIsLeft) {
    certificate_files files("one");
    loopback_server server;
    server.server.use_tls(net::load_tls(files.certificate(), files.key()));
    tls_client client(server.port);
    client.ask_and_stay();
    // It closes, and then it is gone.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (server.server.open_connections() != 0 && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    EXPECT_EQ(server.server.open_connections(), 0U);
}

TEST(Tls, AConnectionThatHasRestedServesOnAlsoInTheMiddleOfARequest) {
    certificate_files files("one");
    http::limits soon;
    soon.first_byte = 2 * net::member_wheel::longest_rest + std::chrono::milliseconds(100);
    loopback_server server, pause(test::echo, soon);
    server.server.use_tls(net::load_tls(files.certificate(), files.key()));
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        tls_client client(server.port, version);
        EXPECT_THAT(client.get().text, testing::EndsWith("GET /a "));
        raw_client(pause.port).read_to_end();
        EXPECT_THAT(client.get().text, testing::EndsWith("GET /a "));
        client.send("GET /a HTTP/1.1\r\nHost");
        raw_client(pause.port).read_to_end();
        EXPECT_THAT(client.send(": x\r\n\r\n").read(), testing::EndsWith("GET /a "));
    }
}

TEST(Tls, ANewCertificateIsUsedWithoutDroppingConnections) {
    certificate_files one("one");
    certificate_files two("two");
    loopback_server server;
    server.server.use_tls(net::load_tls(one.certificate(), one.key()));
    tls_client before(server.port);
    EXPECT_EQ(before.get().common_name, "one");
    server.server.use_tls(net::load_tls(two.certificate(), two.key()));
    EXPECT_EQ(tls_client(server.port).get().common_name, "two");
    EXPECT_THAT(before.get().text, testing::EndsWith("GET /a "));
}

TEST(Tls, RefusesFilesThatDoNotFitWithTheSettingToMend) {
    certificate_files one("one");
    certificate_files two("two");
    EXPECT_THROW(net::load_tls(one.certificate(), two.key()), net::tls_error);
    EXPECT_THROW(net::load_tls(one.certificate(), "/nowhere"), net::tls_error);
    try {
        net::load_tls("/nowhere", one.key());
        FAIL();
    } catch (const net::tls_error& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("tls.certificate"));
    }
}

TEST(Tls, AClientThatLeavesWhileItsAnswerIsMadeIsNoticed) {
    certificate_files files("one");
    std::optional<completion<int>> owed;
    std::atomic<bool> told{false};
    const auto wait = [&]() -> task<void> {
        auto state = co_await boost::asio::this_coro::cancellation_state;
        auto slot = state.slot();
        auto start = [&](completion<int> done) {
            owed.emplace(std::move(done));
            slot.assign([&](boost::asio::cancellation_type) {
                told = true;
                (*owed)(0);
                owed.reset();  // it holds on to the lane
            });
        };
        (void)co_await await_completion<int>(start);
    };
    loopback_server server([&](http::request&, http::response&) { return std::optional(wait()); });
    server.server.use_tls(net::load_tls(files.certificate(), files.key()));
    tls_client(server.port).ask_and_leave();
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!told && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    EXPECT_TRUE(told);
}

TEST(Tls, APlainClientIsTurnedAway) {
    certificate_files files("one");
    loopback_server server;
    server.server.use_tls(net::load_tls(files.certificate(), files.key()));
    raw_client(server.port).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").read_to_end();
    EXPECT_EQ(server.handler.requests, 0);
}

}  // namespace
}  // namespace latchkey
