#include "config/toml.hpp"

#include <algorithm>
#include <optional>

#include "config/keys.hpp"
#include "config/tomlplusplus.hpp"

namespace latchkey::config {

namespace {

std::optional<std::string> list_text(const toml::node& value) {
    const auto* const items = value.as_array();
    if (items == nullptr) return std::nullopt;
    std::string text;
    for (const auto& item : *items) {
        const auto* const word = item.as_string();
        // A comma inside an item would come out as two items: nothing we list contains one.
        if (word == nullptr || word->get().empty() || word->get().find(',') != std::string::npos)
            return std::nullopt;
        text += (text.empty() ? "" : ",") + word->get();
    }
    return text;
}

std::optional<std::string> integer_text(const toml::node& value) {
    const auto* const number = value.as_integer();
    return number == nullptr ? std::nullopt : std::optional(std::to_string(number->get()));
}

std::optional<std::string> string_text(const toml::node& value) {
    const auto* const text = value.as_string();
    return text == nullptr ? std::nullopt : std::optional(text->get());
}

std::optional<std::string> boolean_text(const toml::node& value) {
    const auto* const flag = value.as_boolean();
    return flag == nullptr ? std::nullopt : std::optional<std::string>(flag->get() ? "true" : "false");
}

std::optional<std::string> text_of(const toml::node& value, notation wanted) {
    switch (wanted) {
        case notation::text:
            return string_text(value);
        case notation::number:
            return integer_text(value);
        case notation::boolean:
            return boolean_text(value);
        case notation::list:
            return list_text(value);
        case notation::size:
            return value.is_integer() ? integer_text(value) : string_text(value);
    }
    return std::nullopt;
}

bad_value wrong_kind(const key& k) {
    switch (k.notation) {
        case notation::number:
            return {"the value is not an integer", "write digits without quotes"};
        case notation::boolean:
            return {"the value is not a boolean", "write true or false without quotes"};
        case notation::list:
            return {"the value is not an array of strings", R"(write ["one", "two"])"};
        case notation::size:
            return {"the value is not a size", R"(write "64MiB", or bytes without quotes)"};
        case notation::text:
            break;
    }
    const auto example = k.format(settings{});
    return {"the value is not a string",
            "write it in quotes" + (example.empty() ? example : ", such as \"" + example + '"')};
}

class reader {
public:
    explicit reader(const std::string& name) : name_(name) {}

    void read(const toml::table& table) {
        for (const auto& [key, value] : table)
            if (const auto* const section = value.as_table(); section != nullptr && !is_key(key))
                read_section(*section, key);
            else
                take(std::string(key.str()), value, key.source());
    }

    toml_entries out;

private:
    std::string where(const toml::source_region& at) const {
        return name_ + ":" + std::to_string(at.begin.line);
    }

    static bool is_key(const toml::key& key) { return find_key(key.str()) != nullptr; }

    /// Sections are one deep. What lies deeper is reported as unknown and not entered: dotted keys nest
    /// without a limit.
    void read_section(const toml::table& section, const toml::key& name) {
        const auto is_named = [&](const auto& k) { return section_of(k) == name.str(); };
        if (section.empty() && std::ranges::none_of(keys(), is_named))
            take(std::string(name.str()), section, name.source());
        for (const auto& [key, value] : section)
            take(std::string(name.str()) + "." + std::string(key.str()), value, key.source());
    }

    void take(const std::string& name, const toml::node& value, const toml::source_region& at) {
        const auto* const k = find_key(name);
        if (k == nullptr) {
            out.entries.push_back({name, {}, where(at)});
        } else if (auto text = text_of(value, k->notation)) {
            out.entries.push_back({name, std::move(*text), where(at)});
        } else {
            auto bad = wrong_kind(*k);
            out.problems.push_back({name, where(at), std::move(bad.reason), std::move(bad.remedy)});
        }
    }

    const std::string& name_;
};

/// A dotted key nests as deep as it is long, and toml++ destroys it by recursion: short lines keep the stack
/// small.
std::optional<std::size_t> overlong_line(std::string_view text) {
    constexpr std::size_t longest = 4096;
    for (std::size_t line = 1;; ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > longest) return line;
        if (end == text.size()) return std::nullopt;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

toml_entries read_toml(const toml_text& file) {
    reader r(file.name);
    if (const auto line = overlong_line(file.text)) {
        r.out.problems.push_back({"syntax", file.name + ":" + std::to_string(*line),
                                  "the line is longer than 4KiB", "break a list after its commas"});
        return std::move(r.out);
    }
    try {
        r.read(toml::parse(file.text, file.name));
    } catch (const toml::parse_error& e) {
        r.out.problems.push_back({"syntax", file.name + ":" + std::to_string(e.source().begin.line),
                                  std::string(e.description()), "see https://toml.io/en/v1.0.0"});
    }
    return std::move(r.out);
}

}  // namespace latchkey::config
