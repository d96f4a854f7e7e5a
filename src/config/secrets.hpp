#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/problem.hpp"
#include "config/values.hpp"
#include "crypto/secret.hpp"

namespace latchkey::config {

/// What the operator keeps from everybody else. Never part of settings: moved to where it is used, then gone.
struct secrets {
    std::optional<secret> master_key;  ///< LATCHKEY_MASTER_KEY[_FILE]: seals signing keys in the store
    std::optional<secret>
        hmac_secret;  ///< LATCHKEY_TOKENS_HMAC_SECRET[_FILE]: the HS256 key that backends share
};

inline constexpr std::size_t min_secret_size = 32;  ///< bytes; RFC 7518 section 3.2 for HS256

struct secrets_result {
    secrets values;
    config::problems problems;
};

/// Takes the secrets out of the process environment: each variable is overwritten where the kernel put it (so
/// that /proc/PID/environ does not show it) and unset, whether or not it is any good. `…_FILE` is read with
/// one line break at the end dropped. Not thread-safe (setenv): call it before there are threads.
secrets_result take_secrets();

/// Is this variable, or the file it names, a secret?
bool is_secret_variable(std::string_view name) noexcept;

/// Why a text must not be a secret: too short, a sample that everybody knows, a pattern. Nothing when it may
/// be one.
std::optional<bad_value> judge_secret(const secret&);

/// The secret in a file. Refused when others may read or write it; at most 64 KiB are read.
parsed<secret> read_secret_file(const std::string& path);

/// How a secret was given: by value, by file, by both (an error) or not at all.
struct secret_source {
    std::string name;  ///< of the variable, without _FILE
    std::optional<secret> value;
    std::optional<std::string> file;
};

/// Decides between value and file and judges. `read` is read_secret_file, or a test's stand-in.
std::optional<secret> admit_secret(secret_source,
                                   const std::function<parsed<secret>(const std::string&)>& read, problems&);

}  // namespace latchkey::config
