#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::http {

/// Appends `text`, which is UTF-8, as a JSON string (RFC 8259 section 7).
void append_json_string(std::string& out, std::string_view text);

/// Writes one flat JSON object at the end of a text, member by member. Names need no escape.
class json_object {
public:
    explicit json_object(std::string& out) : out_(out) {}

    void add(std::string_view name, std::string_view text);
    void add(std::string_view name, std::int64_t number);
    void add(std::string_view name, std::same_as<bool> auto value) {
        begin(name).append(value ? "true" : "false");
    }
    /// Nothing when it is empty.
    void add_if_any(std::string_view name, std::string_view text) {
        if (!text.empty()) add(name, text);
    }
    void end() { out_.append(empty_ ? "{}" : "}"); }

private:
    std::string& begin(std::string_view name);

    std::string& out_;
    bool empty_ = true;
};

}  // namespace latchkey::http
