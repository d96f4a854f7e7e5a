#include "config/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace latchkey::config {

namespace {

constexpr auto make_one = "openssl rand -base64 48";

// In the folded form of fold(): lower case, letters and digits only.
constexpr std::array<std::string_view, 15> known_samples{
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  // FastAPI's tutorial
    "astringsecretatleast256bitslong",                                   // jwt.io
    "your256bitsecret",                                                  // jwt.io, earlier
    "404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970",  // Spring Boot tutorials
    "3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b",  // Spring Boot tutorials
    "aym1sysppbydfgzld3umj1qzkobwvmkoqqestjqlr",                         // RFC 7515 A.1, beginning
    "changeme",
    "changethis",
    "changeit",
    "yoursecret",
    "secretkeyhere",
    "replaceme",
    "placeholder",
    "insecure",
    "donotuse"};

secret fold(const secret& text) {
    const auto is_alnum = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    auto folded = secret::of_size(static_cast<std::size_t>(std::ranges::count_if(text.view(), is_alnum)));
    auto out = folded.bytes().begin();
    for (const char c : text.view())
        if (is_alnum(c)) *out++ = static_cast<std::uint8_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return folded;
}

bool is_known_sample(const secret& text) {
    const auto folded = fold(text);
    return std::ranges::any_of(
        known_samples, [&](auto sample) { return folded.view().find(sample) != std::string_view::npos; });
}

/// The same few bytes again and again, however long: `aaaa…`, `secretsecret…`, `0101…`.
bool is_pattern(std::string_view text) {
    constexpr std::size_t few = 6;
    std::array<bool, 256> seen{};
    for (const char c : text)
        seen[static_cast<unsigned char>(c)] = true;
    if (static_cast<std::size_t>(std::ranges::count(seen, true)) < few) return true;
    for (std::size_t period = 1; period <= text.size() / 2; ++period)
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    return false;
}

/// Each byte one more, or one less, than the one before nearly everywhere: `0123456789abcdef…`.
bool is_sequence(std::string_view text) {
    std::size_t steps = 0;
    for (std::size_t i = 1; i < text.size(); ++i)
        if (const int d = text[i] - text[i - 1]; d == 1 || d == -1) ++steps;
    return steps * 4 > text.size() * 3;
}

std::optional<secret> take_variable(const char* name) {
    char* const value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    secret taken{std::string_view(value)};
    // unsetenv only drops the pointer; the text itself would stay on the initial stack, where /proc shows it.
    wipe(std::span<char>(value, std::strlen(value)));
    ::unsetenv(name);
    return taken;
}

std::optional<secret> take(const std::string& name, problems& wrong) {
    secret_source source{name, take_variable(name.c_str()), std::nullopt};
    if (const char* file = std::getenv((name + "_FILE").c_str())) source.file = file;
    return admit_secret(std::move(source), &read_secret_file, wrong);
}

constexpr std::string_view master_key_variable = "LATCHKEY_MASTER_KEY";
constexpr std::string_view hmac_secret_variable = "LATCHKEY_TOKENS_HMAC_SECRET";

}  // namespace

bool is_secret_variable(std::string_view name) noexcept {
    if (name.ends_with("_FILE")) name.remove_suffix(std::string_view("_FILE").size());
    return name == master_key_variable || name == hmac_secret_variable;
}

std::optional<bad_value> judge_secret(const secret& text) {
    if (text.empty()) return bad_value{"is empty", std::string("unset it, or make one: ") + make_one};
    if (is_known_sample(text)) return bad_value{"is a sample that everybody knows", make_one};
    if (text.size() < min_secret_size)
        return bad_value{"is shorter than " + std::to_string(min_secret_size) + " bytes", make_one};
    if (is_pattern(text.view()) || is_sequence(text.view()))
        return bad_value{"is a pattern, not random", make_one};
    return std::nullopt;
}

std::optional<secret> admit_secret(secret_source source,
                                   const std::function<parsed<secret>(const std::string&)>& read,
                                   problems& wrong) {
    const auto refuse = [&](std::string where, bad_value bad) {
        wrong.push_back({source.name, std::move(where), std::move(bad.reason), std::move(bad.remedy)});
        return std::optional<secret>{};
    };
    if (source.value && source.file)
        return refuse("environment", {"is set, and " + source.name + "_FILE too", "unset one of them"});
    if (source.value) {
        if (auto bad = judge_secret(*source.value)) return refuse("environment", std::move(*bad));
        return std::move(source.value);
    }
    if (!source.file) return std::nullopt;
    auto text = read(*source.file);
    if (!text) return refuse(*source.file, text.error());
    if (auto bad = judge_secret(*text)) return refuse(*source.file, std::move(*bad));
    return std::move(*text);
}

secrets_result take_secrets() {
    secrets_result result;
    result.values.master_key = take(std::string(master_key_variable), result.problems);
    result.values.hmac_secret = take(std::string(hmac_secret_variable), result.problems);
    return result;
}

}  // namespace latchkey::config
