#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>
#include <tuple>

#include "base/run_task.hpp"
#include "cli/choice.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"
#include "cli/password_input.hpp"
#include "config/nearest.hpp"
#include "tokens/key_rotation.hpp"
#include "tokens/key_store.hpp"

namespace latchkey::cli {

namespace {

using key_records = std::vector<tokens::key_record>;

constexpr const char* kid_help = "As `latchkey key list` names it; behind -- when it begins with a hyphen";

/// What every key command begins with: settings, the store, its keys. Reading them also proves the master
/// key: a key sealed with another one, or with none, would stop the server.
struct key_session {
    key_session(const context& c, std::string what)
        : command(std::move(what)),
          configured(load_all(sources_of(c))),
          algorithm(tokens::parse_algorithm(configured.loaded.settings.tokens.algorithm).value()),
          store(configured.loaded.settings, configured.secrets, false),
          now(store.now()) {
        read_keys();
    }

    /// In one step, and then reads what there is.
    void change_keys(tokens::key_changes changes, const std::string& kid) {
        or_explain(run_task(store.keys().change_keys(std::move(changes))), command, kid);
        read_keys();
    }
    void record(std::string_view what, const std::string& kid, const std::string& replaced_by = {}) {
        auto event = command_event(what);
        event.add("kid", kid).add("replaced_by", replaced_by);
        store.record(std::move(event));
    }
    void read_keys() { keys = or_explain(run_task(store.keys().list_keys()), command, {}); }
    /// With the operator's own secret the store's keys sign nothing: changing them would look like a success.
    void refuse_shared_secret() const {
        if (configured.secrets.hmac_secret)
            throw failed(command, {}, "LATCHKEY_TOKENS_HMAC_SECRET signs, not the keys in the store",
                         "give the servers and all backends another secret instead");
    }

    std::string command;
    configuration configured;
    tokens::algorithm algorithm;
    opened_store store;
    unix_time now;
    key_records keys;
};

bool may_sign(const tokens::key_record& k, unix_time now) {
    return k.not_before <= now && (!k.retired_at || *k.retired_at > now);
}

/// The kid of the key that signs: key_ring::signer's rule. Empty when none may.
std::string signer(const key_session& s) {
    const tokens::key_record* youngest = nullptr;
    const auto age = [](const tokens::key_record& k) { return std::tie(k.not_before, k.kid); };
    for (const auto& k : s.keys)
        if (k.algorithm == s.algorithm && may_sign(k, s.now) &&
            (youngest == nullptr || age(*youngest) < age(k)))
            youngest = &k;
    return youngest == nullptr ? std::string() : youngest->kid;
}

std::string state_of(const tokens::key_record& k, const key_session& s) {
    if (k.kid == signer(s)) return "signing";
    if (k.retired_at && *k.retired_at <= s.now) return "retired";
    return k.not_before > s.now ? "published" : "verifying";
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

int print_key(const context& c, const key_session& s, const std::string& kid) {
    const auto found = std::ranges::find(s.keys, kid, &tokens::key_record::kid);
    if (found == s.keys.end()) throw failed(s.command, kid, "is gone already", "latchkey key list");
    const auto shown = to_json(*found, state_of(*found, s));
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

int key_list(const context& c) {
    const key_session s(c, "key list");
    boost::json::array all;
    table t{{"KID", "ALGORITHM", "CREATED", "SIGNS FROM", "STATE"}, {}};
    for (const auto& k : s.keys) {
        const auto state = state_of(k, s);
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

tokens::algorithm chosen_algorithm(const std::string& option, tokens::algorithm configured) {
    if (option.empty()) return configured;
    return tokens::parse_algorithm(option).value();  // one of its choices
}

int key_new(const context& c, const std::string& algorithm_option) {
    key_session s(c, "key new");
    s.store.prepare_record();
    auto fresh = tokens::generate_key(chosen_algorithm(algorithm_option, s.algorithm), s.now);
    const auto kid = fresh.kid;
    // Verifiers fetch public keys now and then; nobody fetches a symmetric one.
    if (fresh.algorithm != tokens::algorithm::hs256 && !signer(s).empty())
        fresh.not_before = s.now + tokens::rotation_settings{}.publish_ahead;
    tokens::key_changes changes;
    changes.add.push_back(std::move(fresh));
    s.change_keys(std::move(changes), kid);
    s.record("signing_key_added", kid);
    return print_key(c, s, kid);
}

/// The key that signs last of all: the successor.
std::string youngest(const key_session& s) {
    const tokens::key_record* last = nullptr;
    for (const auto& k : s.keys)
        if (k.algorithm == s.algorithm && !k.retired_at &&
            (last == nullptr || std::tie(last->not_before, last->kid) < std::tie(k.not_before, k.kid)))
            last = &k;
    return last == nullptr ? std::string() : last->kid;
}

int key_rotate(const context& c) {
    key_session s(c, "key rotate");
    s.store.prepare_record();
    s.refuse_shared_secret();
    const tokens::rotation_settings settings{
        .algorithm = s.algorithm, .key_lifetime = s.configured.loaded.settings.tokens.key_lifetime};
    auto plan = tokens::plan_rotation(s.keys, settings, s.now, tokens::rotation::now);
    or_explain(run_task(tokens::carry_out(s.store.keys(), std::move(plan), s.algorithm, s.now)), s.command,
               {});
    s.read_keys();
    s.record("signing_key_added", youngest(s));
    return print_key(c, s, youngest(s));
}

command_error unknown_key(const key_session& s, const std::string& kid) {
    std::vector<std::string_view> kids;
    for (const auto& k : s.keys)
        kids.push_back(k.kid);
    const auto meant = config::nearest(kid, kids);
    return failed(s.command, kid, "no such key",
                  meant.empty() ? "latchkey key list"
                                : "latchkey " + s.command + " " + (meant.starts_with('-') ? "-- " : "") +
                                      std::string(meant));
}

const tokens::key_record& known_key(const key_session& s, const std::string& kid) {
    const auto found = std::ranges::find(s.keys, kid, &tokens::key_record::kid);
    if (found == s.keys.end()) throw unknown_key(s, kid);
    return *found;
}

/// Whether nobody could log in without this key.
bool is_needed(const key_session& s, const tokens::key_record& key) {
    const auto replaces = [&](const tokens::key_record& k) {
        return k.kid != key.kid && k.algorithm == s.algorithm && may_sign(k, s.now);
    };
    return may_sign(key, s.now) && std::ranges::none_of(s.keys, replaces);
}

int key_retire(const context& c, const std::string& kid) {
    key_session s(c, "key retire");
    s.store.prepare_record();
    s.refuse_shared_secret();
    const auto& key = known_key(s, kid);
    if (is_needed(s, key))
        throw failed(s.command, kid, "is the only key that may sign: nobody could log in",
                     "latchkey key rotate, wait until its key signs (15 minutes), then retire this one");
    tokens::key_changes changes;
    changes.retire.push_back({kid, s.now});
    s.change_keys(std::move(changes), kid);
    s.record("signing_key_retired", kid);
    return print_key(c, s, kid);
}

struct removal {
    std::string kid;
    bool replace = false;
    bool yes = false;
};

int key_remove(const context& c, const removal& asked) {
    key_session s(c, "key remove");
    s.store.prepare_record();
    s.refuse_shared_secret();
    const auto& key = known_key(s, asked.kid);
    if (is_needed(s, key) && !asked.replace)
        throw failed(s.command, asked.kid, "is the only key that may sign: nobody could log in",
                     "--replace makes another one in the same step, which signs at once");
    if (!asked.yes &&
        !confirm("Remove the key " + asked.kid + "? Every token that it signed dies at once.", c.err))
        throw usage_error(s.command, "not confirmed, nothing removed", "--yes");
    tokens::key_changes changes;
    changes.remove.push_back(asked.kid);
    std::string fresh;
    if (asked.replace) {
        changes.add.push_back(tokens::generate_key(s.algorithm, s.now));
        fresh = changes.add.back().kid;
    }
    s.change_keys(std::move(changes), asked.kid);
    s.record("signing_key_removed", asked.kid, fresh);
    return fresh.empty() ? 0 : print_key(c, s, fresh);
}

void add_removal(CLI::App& family, context& c) {
    const auto asked = std::make_shared<removal>();
    auto& remove =
        add_command(family, "remove",
                    "Forget a key that has leaked; every access token that it signed dies within a "
                    "second. Sessions go on: their clients refresh",
                    c, [&c, asked] { return key_remove(c, *asked); });
    remove.add_option("KID", asked->kid, kid_help)->required();
    remove.add_flag(
        "--replace", asked->replace,
        "Make a key in the same step, which signs at once: verifiers that keep public keys have to "
        "fetch them again");
    remove.add_flag("--yes", asked->yes, "Do not ask");
}

}  // namespace

void add_key(CLI::App& app, context& c) {
    auto& family = *app.add_subcommand("key", "Manage signing keys");
    add_command(family, "list", "List signing keys (never their secret parts)", c,
                [&c] { return key_list(c); });
    const auto algorithm = std::make_shared<std::string>();
    auto& fresh = add_command(
        family, "new", "Make a signing key; it signs from now on, an asymmetric one 15 minutes from now", c,
        [&c, algorithm] { return key_new(c, *algorithm); });
    one_of(fresh.add_option("--algorithm", *algorithm, "How it signs; default: tokens.algorithm"),
           "HS256|ES256|RS256|EdDSA");
    add_command(family, "rotate",
                "Publish a successor of the signing key; it signs 15 minutes from now. Servers do this by "
                "themselves after tokens.key_lifetime",
                c, [&c] { return key_rotate(c); });
    const auto kid = std::make_shared<std::string>();
    add_command(family, "retire",
                "Sign no more with a key; its tokens stay good until they expire, a day at most", c,
                [&c, kid] { return key_retire(c, *kid); })
        .add_option("KID", *kid, kid_help)
        ->required();
    add_removal(family, c);
}

}  // namespace latchkey::cli
