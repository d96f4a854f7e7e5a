#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <memory>

#include "audit/verifier.hpp"
#include "base/hex.hpp"
#include "cli/command_error.hpp"
#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/opened_store.hpp"
#include "cli/output.hpp"

namespace latchkey::cli {

namespace {

struct audit_arguments {
    std::vector<std::string> files;
    bool without_key = false;
    bool one_chain = false;
    std::vector<std::string> noted;
};

constexpr const char* command = "audit verify";

/// Those that were named, else the one that is configured.
std::vector<std::string> files_of(const audit_arguments& given, const config::settings& settings) {
    if (!given.files.empty()) return given.files;
    if (settings.audit.file.empty() || settings.audit.file == "-")
        throw usage_error(command, "which file? audit.file names none", "latchkey audit verify audit.log");
    return {settings.audit.file.string()};
}

void read_all(audit::verifier& verifier, const std::vector<std::string>& files) {
    for (const auto& name : files) {
        if (name == "-") {
            verifier.read(std::cin, "standard input");
            continue;
        }
        auto file = open_input(command, name);
        verifier.read(file, name);
        if (file.bad()) throw failed(command, name, "cannot be read to its end");
    }
}

/// What the records alone cannot show to be wrong, and whoever asked for it wants to know.
std::vector<std::string> unmet(const audit_arguments& given, const audit::verifier& verifier) {
    const auto& found = verifier.so_far();
    std::vector<std::string> complaints;
    if (found.records == 0) complaints.emplace_back("there is no record");
    if (given.one_chain && found.chains > 1)
        complaints.push_back("there are " + std::to_string(found.chains) + " chains, not one");
    if (given.one_chain && found.first_sequence > 1)
        complaints.push_back("the records before " + std::to_string(found.first_sequence) + " are not there");
    for (const auto& noted : given.noted) {
        const auto hash = audit::parse_digest(noted);
        if (!hash)
            throw usage_error("--contains", "is not a hash of 64 hexadecimal digits",
                              "the last hash that latchkey audit verify printed");
        if (!verifier.has(*hash)) complaints.push_back("the record that was noted is not there: " + noted);
    }
    return complaints;
}

std::string written_here(const audit::report& found, bool keyed) {
    if (!keyed) return "not checked (--without-key)";
    if (found.forged == 0) return "yes, every record's mac was checked";
    const auto text =
        "no: " + std::to_string(found.forged) + " of " + std::to_string(found.records) + " are not";
    return found.forged == found.records ? text + ". Is it the log of another store? See --data-dir" : text;
}

boost::json::object to_json(const audit::report& found, const std::vector<std::string>& complaints,
                            bool keyed) {
    boost::json::array findings;
    for (const auto& f : found.findings)
        findings.push_back({{"file", f.file}, {"line", f.line}, {"finding", f.what}});
    for (const auto& complaint : complaints)
        findings.push_back(boost::json::object{{"finding", complaint}});
    return {{"records", found.records},
            {"chains", found.chains},
            {"first_seq", found.first_sequence},
            {"first_time", found.first_time},
            {"last_seq", found.last.sequence},
            {"last_time", found.last_time},
            {"last_hash", hex::encode(found.last.hash)},
            {"macs_verified", keyed && found.records != 0 && found.forged == 0},
            {"forged", found.forged},
            {"findings_in_all", found.findings_in_all + complaints.size()},
            {"findings", std::move(findings)}};
}

void print_report(const context& c, const audit::report& found, const std::vector<std::string>& complaints,
                  bool keyed) {
    if (c.options.output == output_format::json)
        return print(c.out, boost::json::value(to_json(found, complaints, keyed)));
    table findings{{"LINE", "FILE", "FINDING"}, {}};
    for (const auto& f : found.findings)
        findings.rows.push_back({std::to_string(f.line), f.file, f.what});
    if (!findings.rows.empty()) print(c.out, findings);
    if (found.findings_in_all > found.findings.size())
        c.out << "and " << found.findings_in_all - found.findings.size() << " more\n";
    for (const auto& complaint : complaints)
        c.out << complaint << '\n';
    if (!findings.rows.empty() || !complaints.empty()) c.out << '\n';
    if (found.records == 0) return print(c.out, table{{}, {{"records", "0"}}});
    print(c.out, table{{},
                       {{"records", std::to_string(found.records)},
                        {"chains", std::to_string(found.chains)},
                        {"from", std::to_string(found.first_sequence) + ", " + found.first_time},
                        {"to", std::to_string(found.last.sequence) + ", " + found.last_time},
                        {"last hash", hex::encode(found.last.hash)},
                        {"written here", written_here(found, keyed)}}});
}

int audit_verify(const context& c, const audit_arguments& given) {
    auto configured = load_all(sources_of(c));
    const auto files = files_of(given, configured.loaded.settings);
    std::optional<crypto::hmac_sha256> key;
    if (!given.without_key) {
        opened_store store(configured.loaded.settings, configured.secrets, false);
        key.emplace(or_explain(store.audit_key(), command, {}).bytes());
    }
    audit::verifier verifier(key ? &*key : nullptr);
    read_all(verifier, files);
    const auto& found = verifier.so_far();
    const auto complaints = unmet(given, verifier);
    print_report(c, found, complaints, key.has_value());
    return found.findings_in_all == 0 && complaints.empty() ? 0 : 1;
}

}  // namespace

void add_audit(CLI::App& app, context& c) {
    auto& family = *app.add_subcommand("audit", "Check the log of security events");
    const auto given = std::make_shared<audit_arguments>();
    auto& verify = add_command(family, "verify",
                               "Tell whether records of the audit log were changed, taken out or put in", c,
                               [&c, given] { return audit_verify(c, *given); });
    verify.add_option(
        "FILE", given->files,
        "Files in the order in which they were written, - is standard input; default: audit.file");
    verify.add_flag("--without-key", given->without_key,
                    "Check the chain alone, without the store: not who wrote the records");
    verify.add_flag("--one-chain", given->one_chain,
                    "The files must hold one chain, from its first record on");
    verify
        .add_option(
            "--contains", given->noted,
            "Hash of a record that must be there, such as the last one of an earlier run; may be repeated")
        ->type_name("HASH")
        ->allow_extra_args(false);
}

}  // namespace latchkey::cli
