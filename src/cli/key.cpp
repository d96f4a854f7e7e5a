#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "cli/blocking.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "tokens/key_store.hpp"

namespace latchkey::cli {

namespace {

/// Verifiers fetch public keys now and then: a key is published this long before it signs. Nobody fetches a
/// symmetric one.
constexpr std::chrono::minutes publication_lead{15};

using key_records = std::vector<tokens::key_record>;

key_records stored_keys(opened_store& store, const std::string& command) {
    return or_explain(run_to_end(store.keys().list_keys()), command, {});
}

bool may_sign(const tokens::key_record& k, unix_time now) {
    return k.not_before <= now && (!k.retired_at || *k.retired_at > now);
}

/// The kid of the key that signs at `now`: the youngest that may. Empty when none may.
std::string signer(const key_records& keys, unix_time now) {
    const tokens::key_record* youngest = nullptr;
    for (const auto& k : keys)
        if (may_sign(k, now) && (youngest == nullptr || youngest->not_before < k.not_before)) youngest = &k;
    return youngest == nullptr ? std::string() : youngest->kid;
}

std::string state_of(const tokens::key_record& k, const std::string& signing_kid, unix_time now) {
    if (k.kid == signing_kid) return "signing";
    if (k.retired_at && *k.retired_at <= now) return "retired";
    return k.not_before > now ? "published" : "verifying";
}

boost::json::object to_json(const tokens::key_record& k, const std::string& state) {
    boost::json::object o{{"kid", k.kid},
                          {"algorithm", tokens::name(k.algorithm)},
                          {"created_at", rfc3339(k.created_at)},
                          {"signs_from", rfc3339(k.not_before)},
                          {"state", state}};
    if (k.retired_at) o["retired_at"] = rfc3339(*k.retired_at);
    return o;
}

int key_list(const context& c) {
    auto configured = load_all(sources_of(c));
    opened_store store(configured.loaded.settings, configured.secrets, false);
    const auto keys = stored_keys(store, "key list");
    const auto now = store.now();
    const auto signing = signer(keys, now);
    boost::json::array all;
    table t{{"KID", "ALGORITHM", "CREATED", "SIGNS FROM", "STATE"}, {}};
    for (const auto& k : keys) {
        const auto state = state_of(k, signing, now);
        all.push_back(to_json(k, state));
        t.rows.push_back({k.kid, std::string(tokens::name(k.algorithm)), rfc3339(k.created_at),
                          rfc3339(k.not_before), state});
    }
    if (c.options.output == output_format::json)
        print(c.out, boost::json::value(std::move(all)));
    else
        print(c.out, t);
    return 0;
}

tokens::algorithm chosen_algorithm(const std::string& option, const config::settings& s) {
    const auto algorithm = tokens::parse_algorithm(option.empty() ? s.tokens.algorithm : option);
    if (!algorithm)
        throw usage_error("key new", "no such algorithm", "--algorithm HS256, ES256, RS256 or EdDSA");
    return *algorithm;
}

int key_new(const context& c, const std::string& algorithm_option) {
    auto configured = load_all(sources_of(c));
    const auto algorithm = chosen_algorithm(algorithm_option, configured.loaded.settings);
    opened_store store(configured.loaded.settings, configured.secrets, false);
    // Reading first also proves the master key: a key sealed with another one, or with none, would stop the
    // server.
    const auto known = stored_keys(store, "key new");
    const auto now = store.now();
    auto fresh = tokens::generate_key(algorithm, now);
    if (algorithm != tokens::algorithm::hs256 && !signer(known, now).empty())
        fresh.not_before = now + publication_lead;
    const auto shown = to_json(fresh, fresh.not_before > now ? "published" : "signing");
    or_explain(run_to_end(store.keys().put_key(std::move(fresh))), "key new", {});
    if (c.options.output == output_format::json) {
        print(c.out, boost::json::value(shown));
        return 0;
    }
    table t;
    for (const auto& [name, value] : shown)
        t.rows.push_back({std::string(name), std::string(value.as_string())});
    print(c.out, t);
    return 0;
}

}  // namespace

void add_key(CLI::App& app, context& c) {
    auto& family = *app.add_subcommand("key", "Manage signing keys");
    add_command(family, "list", "List signing keys (never their secret parts)", c,
                [&c] { return key_list(c); });
    const auto algorithm = std::make_shared<std::string>();
    add_command(family, "new",
                "Make a signing key; it signs from now on, an asymmetric one 15 minutes from now", c,
                [&c, algorithm] { return key_new(c, *algorithm); })
        .add_option("--algorithm", *algorithm, "HS256, ES256, RS256 or EdDSA; default: tokens.algorithm");
}

}  // namespace latchkey::cli
