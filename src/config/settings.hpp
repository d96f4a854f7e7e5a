#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A number of bytes; written `64MiB` in files.
struct byte_size {
    std::uint64_t bytes = 0;
    auto operator<=>(const byte_size&) const = default;
};

/// `ADDR:PORT` with the address in brackets when it is IPv6; `:PORT` is every IPv4 address. `address` is
/// always a numeric one.
struct endpoint {
    std::string address;
    std::uint16_t port = 0;
    bool operator==(const endpoint&) const = default;
};

struct server_settings {
    endpoint listen{"127.0.0.1", 8080};
    endpoint management_listen{"127.0.0.1", 9090};
    std::size_t threads = 0;  ///< I/O lanes; 0: one for each core
    std::string root_path;    ///< such as `/api/v1`; no slash at the end
    std::vector<std::string> trusted_proxies;
    seconds grace{20};
    bool oauth_aliases = false;  ///< also /oauth/token, /oauth/revoke, /oauth/introspect
};

struct limits_settings {
    byte_size header_size{16 * 1024};
    std::size_t header_lines = 100;
    byte_size target_size{4 * 1024};
    byte_size body_size{64 * 1024};
    std::size_t connections = 20'000;
    milliseconds first_byte{10'000};
    milliseconds tls_handshake{10'000};
    milliseconds header{10'000};
    milliseconds body{20'000};
    milliseconds write{20'000};
    milliseconds idle{75'000};
};

struct tls_settings {
    std::filesystem::path certificate;  ///< PEM chain, leaf first
    std::filesystem::path key;          ///< PEM
};

struct cors_settings {
    std::vector<std::string> origins;
};

struct tokens_settings {
    std::string issuer = "latchkey";
    std::string algorithm = "HS256";
    std::string audience;
    seconds access_lifetime{900};
    bool password_grant = true;  ///< the switch of RFC 9700 section 2.4
    bool narrow_scope = false;   ///< grant what of the asked scope is allowed instead of invalid_scope
    milliseconds refresh_reuse_window{10'000};  ///< a used refresh token gets its successor again
    milliseconds key_lifetime = std::chrono::hours(24 * 90);  ///< a key signs this long; 0: for ever
};

struct sessions_settings {
    bool refresh_tokens = true;                                    ///< a login opens a session
    milliseconds idle_lifetime = std::chrono::hours(24 * 14);      ///< without a refresh
    milliseconds absolute_lifetime = std::chrono::hours(24 * 90);  ///< whatever happens
};

struct accounts_settings {
    bool registration = false;  ///< anybody may make an account
};

struct passwords_settings {
    std::size_t min_length = 15;
    std::filesystem::path blocklist = "built-in";  ///< or `off`, or a file of passwords
};

struct hashing_settings {
    std::size_t threads = 0;  ///< 0: one for each core
    byte_size memory_budget;  ///< 0: half of what the machine or container has
    std::size_t queue_limit = 256;
    milliseconds queue_deadline{5'000};
    byte_size memory{19456 * 1024};  ///< Argon2 m
    std::uint32_t passes = 2;        ///< Argon2 t
};

/// What slows the guessing of passwords down (throttle/login_throttle.hpp): so many failures at once, then
/// one an interval.
struct throttle_settings {
    bool enabled = true;
    std::uint32_t account_failures = 10;
    milliseconds account_interval = std::chrono::minutes(15);
    std::uint32_t address_failures = 100;
    milliseconds address_interval{30'000};
    std::uint32_t device_failures = 10;
    milliseconds device_interval = std::chrono::minutes(5);
    bool device_cookie = true;
};

struct store_settings {
    std::string url;  ///< empty: `sqlite:` and latchkey.db in the data directory
};

struct log_settings {
    std::string format = "auto";  ///< auto, text, json
    std::string level = "info";
    bool requests = false;  ///< a line for each request
};

struct audit_settings {
    std::filesystem::path file;  ///< empty: no audit log; `-`: standard output
};

struct docs_settings {
    bool enabled = false;
};

/// Everything that can be configured, with its default. Secrets are not in it: they are read once, where they
/// are needed.
struct settings {
    std::filesystem::path data_dir = "/var/lib/latchkey";
    server_settings server;
    limits_settings limits;
    tls_settings tls;
    cors_settings cors;
    tokens_settings tokens;
    sessions_settings sessions;
    accounts_settings accounts;
    passwords_settings passwords;
    hashing_settings hashing;
    throttle_settings throttle;
    store_settings store;
    log_settings log;
    audit_settings audit;
    docs_settings docs;
};

/// store.url, or what stands for it when it is empty: `sqlite:` and latchkey.db in the data directory.
std::string store_url(const settings&);

}  // namespace latchkey::config
