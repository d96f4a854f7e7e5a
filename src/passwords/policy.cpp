#include "passwords/policy.hpp"

#include <optional>
#include <string>

#include "base/unicode.hpp"

namespace latchkey::passwords {
namespace {

// NFC shortens UTF-8 by a factor of three at most (a Hangul syllable of three jamo, nine bytes, becomes
// three), so longer input cannot come out short enough and is not worth the work.
constexpr std::size_t max_input_size = 4 * max_password_size;

}  // namespace

result<secret> normalize(const secret& password) {
    if (password.size() > max_input_size) return errc::password_too_long;
    auto composed = unicode::nfc(password.view());
    if (!composed) return errc::password_not_utf8;
    const bool fits = composed->size() <= max_password_size;
    secret out(std::string_view{*composed});
    wipe(std::span<char>(*composed));
    if (!fits) return errc::password_too_long;
    return out;
}

policy make_policy(std::size_t min_length, const std::filesystem::path& list, std::string_view issuer) {
    policy made{.min_length = min_length, .common = load_blocklist(list), .service = {}};
    made.service.add("latchkey");
    made.service.add(issuer);
    return made;
}

result<secret> admit(const secret& password, const policy& rules, const owner& of) {
    auto normal = normalize(password);
    if (!normal) return normal;
    if (unicode::length(normal->view()) < rules.min_length) return errc::password_too_short;
    if (is_too_common(*normal, rules, of)) return errc::password_too_common;
    return normal;
}

bool is_too_common(const secret& normal, const policy& rules, const owner& of) {
    if (!rules.common) return false;
    context_words context = rules.service;
    context.add(of.username);
    context.add(of.email);
    return is_guessable(normal, *rules.common, context);
}

}  // namespace latchkey::passwords
