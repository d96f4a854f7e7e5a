#pragma once

#include <boost/json/value.hpp>
#include <initializer_list>
#include <string_view>
#include <type_traits>

#include "base/request_ids.hpp"

/// The program's log: one line an event on standard error, text on a terminal, one JSON object a line
/// otherwise. Secrets (passwords, tokens, hashes, keys) are never passed here; user text is passed as a
/// field's value only, never as the event: events are literals. Thread-safe.
namespace latchkey::log {

enum class level { debug, info, warn, error };
enum class format { automatic, text, json };

/// A named value of a log line: text, number, or boolean.
struct field {
    template <class T>
    field(std::string_view k, const T& v) : key(k), value(to_json(v)) {}

    std::string_view key;
    boost::json::value value;

private:
    static boost::json::value to_json(std::string_view text) { return boost::json::string(text); }
    template <class T>
    requires std::is_arithmetic_v<T>
    static boost::json::value to_json(T number) { return number; }
};
using fields = std::initializer_list<field>;

/// Call once at start; before it the log is text at level info. `automatic` is text on a terminal, JSON
/// otherwise.
void configure(format, level threshold);

bool enabled(level) noexcept;

/// Writes `{"time":"…","level":"…","event":"…", fields…, "request_id":"…","trace_id":"…","span_id":"…"}`;
/// the last three say which request it is about, when it is about one.
void write(level, std::string_view event, fields = {}, const request_ids& = {});

inline void debug(std::string_view event, fields f = {}, const request_ids& of = {}) {
    write(level::debug, event, f, of);
}
inline void info(std::string_view event, fields f = {}, const request_ids& of = {}) {
    write(level::info, event, f, of);
}
inline void warn(std::string_view event, fields f = {}, const request_ids& of = {}) {
    write(level::warn, event, f, of);
}
inline void error(std::string_view event, fields f = {}, const request_ids& of = {}) {
    write(level::error, event, f, of);
}

}  // namespace latchkey::log
