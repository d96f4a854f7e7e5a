#include <algorithm>
#include <tuple>

#include "cli/doctor/checks.hpp"
#include "config/values.hpp"

namespace latchkey::cli::doctor {

namespace {

using namespace std::chrono_literals;

constexpr auto make_master_key =
    "openssl rand -base64 48 > FILE, chmod 600 FILE, LATCHKEY_MASTER_KEY_FILE=FILE; keep a copy apart from "
    "backups";

void check_sealing(const storage::inspection& s, bool has_master, findings& all) {
    const auto open = s.holds.open_keys;
    if (s.lost_keys != 0)
        all.push_back({verdict::problem, "master key",
                       std::to_string(s.lost_keys) + " keys in the store are sealed with another one" +
                           (has_master ? "" : ", and none is given"),
                       "LATCHKEY_MASTER_KEY_FILE as it was when they were sealed"});
    else if (!has_master)
        all.push_back({verdict::warning, "master key",
                       "none: whoever gets a copy of the store, or a backup, can make tokens",
                       make_master_key});
    else
        all.push_back(
            {verdict::ok,
             "master key",
             open == 0 ? "opens all keys" : std::to_string(open) + " open keys are sealed at the next start",
             {}});
}

/// key_ring::signer's rule: the youngest that may.
const storage::inspection::key* signer(const storage::inspection& s, const std::string& algorithm,
                                       unix_time now) {
    const storage::inspection::key* found = nullptr;
    for (const auto& k : s.keys)
        if (k.algorithm == algorithm && k.not_before <= now && (!k.retired_at || *k.retired_at > now) &&
            (found == nullptr || std::tie(found->not_before, found->kid) < std::tie(k.not_before, k.kid)))
            found = &k;
    return found;
}

std::string days(std::chrono::milliseconds age) {
    return std::to_string(std::chrono::floor<std::chrono::days>(age).count()) + " days";
}

void check_signer(const storage::inspection& s, const config::tokens_settings& tokens, unix_time now,
                  findings& all) {
    const auto* key = signer(s, tokens.algorithm, now);
    if (key == nullptr) {
        all.push_back(
            {verdict::ok, "signing key", "none of " + tokens.algorithm + " yet: the service makes one", {}});
        return;
    }
    const auto age = now - key->not_before;
    // The service rotates by itself, with a day to spare.
    const bool old = tokens.key_lifetime != 0ms && age > tokens.key_lifetime + 24h;
    all.push_back({old ? verdict::warning : verdict::ok, "signing key",
                   key->kid + ", " + key->algorithm + ", has signed for " + days(age) +
                       (old ? ": longer than tokens.key_lifetime" : ""),
                   old ? "start the service, or latchkey key rotate" : ""});
}

}  // namespace

void check_keys(const storage::inspection& s, const config::settings& settings,
                const config::secrets& secrets, unix_time now, findings& all) {
    check_sealing(s, secrets.master_key.has_value(), all);
    if (secrets.hmac_secret)
        all.push_back({verdict::ok, "signing key", "LATCHKEY_TOKENS_HMAC_SECRET, shared with backends", {}});
    else
        check_signer(s, settings.tokens, now, all);
}

}  // namespace latchkey::cli::doctor
