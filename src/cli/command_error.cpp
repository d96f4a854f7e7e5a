#include "cli/command_error.hpp"

#include <ostream>

#include "cli/terminal.hpp"

namespace latchkey::cli {

namespace {

struct explanation {
    std::string why;
    std::string remedy;
};

explanation meaning_of(errc e) {
    switch (e) {
        case errc::not_found:
            return {"no such user", "latchkey user list"};
        case errc::username_taken:
            return {"a user of that name exists", "latchkey user passwd NAME sets another password"};
        case errc::invalid_username:
            return {"is not a user name", "1 to 255 bytes of UTF-8, printable, without blanks at the ends"};
        case errc::invalid_email:
            return {"is not an e-mail address", "write it as name@example.com"};
        case errc::invalid_scope:
            return {"is not a scope",
                    "visible ASCII without quotes and backslashes, one word each: --scope items --scope me"};
        case errc::password_too_short:
            return {"the password is too short", "take a longer one; passwords.min_length says how long"};
        case errc::password_too_common:
            return {
                "the password is too easy to guess: a well-known one, or little more than a name, a "
                "repetition or a sequence",
                "take four unrelated words, or let a password manager make one"};
        case errc::password_too_long:
            return {"the password is longer than 1024 bytes", "take a shorter one"};
        case errc::password_not_utf8:
            return {"the password is not UTF-8", "type it on a terminal that is set to UTF-8"};
        case errc::out_of_memory:
            return {"no memory to hash the password", "free some, or lower hashing.memory"};
        case errc::client_exists:
            return {"a client of that id exists", "latchkey client show ID, or take another id"};
        case errc::malformed_token:
            return {"is not an access token of this service",
                    "latchkey token inspect shows what it says without judging it"};
        case errc::bad_signature:
            return {"the signature is not of a key of this store", "latchkey key list"};
        case errc::expired_token:
            return {"has expired", "log in again"};
        case errc::revoked_token:
            return {"was revoked, or its user was disabled or deleted or has another password",
                    "log in again"};
        case errc::wrong_audience:
            return {"is for another audience", "look at tokens.audience"};
        case errc::store_unavailable:
            return {"the store does not answer", "look at the server's log, then try again"};
        case errc::unsealing_failed:
            return {"the store's keys are sealed with another master key",
                    "set LATCHKEY_MASTER_KEY_FILE as it is set for the server"};
        default:
            return {std::string(name(e)), {}};
    }
}

}  // namespace

command_error usage_error(std::string what, std::string why, std::string remedy) {
    return {exit_status::usage, {{std::move(what), {}, std::move(why), std::move(remedy)}}};
}

command_error failed(std::string what, std::string where, std::string why, std::string remedy) {
    return {exit_status::failed, {{std::move(what), std::move(where), std::move(why), std::move(remedy)}}};
}

command_error explain(errc e, std::string what, std::string where) {
    auto [why, remedy] = meaning_of(e);
    return failed(std::move(what), std::move(where), std::move(why), std::move(remedy));
}

void print(std::ostream& out, const config::problems& problems) {
    for (const auto& p : problems) {
        out << "latchkey";
        // The first two repeat what was typed; a reason may have lines of its own.
        for (const auto* part : {&p.what, &p.where})
            if (!part->empty()) out << ": " << for_terminal(*part);
        if (!p.why.empty()) out << ": " << for_terminal(p.why, line_breaks::keep);
        out << '\n';
        if (!p.remedy.empty()) out << "  try: " << for_terminal(p.remedy, line_breaks::keep) << '\n';
    }
}

}  // namespace latchkey::cli
