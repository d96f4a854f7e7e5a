#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"

namespace latchkey::log {
namespace {

spdlog::level::level_enum to_spdlog(level l) {
    switch (l) {
        case level::debug:
            return spdlog::level::debug;
        case level::info:
            return spdlog::level::info;
        case level::warn:
            return spdlog::level::warn;
        case level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

constexpr std::string_view spelling(level l) {
    switch (l) {
        case level::debug:
            return "debug";
        case level::info:
            return "info";
        case level::warn:
            return "warn";
        case level::error:
            return "error";
    }
    return "info";
}

std::atomic<bool> as_json{false};

/// spdlog writes the line as it is: the pattern is the message alone, and the message is never a format
/// string.
spdlog::logger& output() {
    static const auto logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("latchkey", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::info);
        made->flush_on(spdlog::level::debug);
        return made;
    }();
    return *logger;
}

std::string timestamp() {
    return rfc3339(system_wall_clock().now());
}

/// Hands each id that there is to `show`, by its name in a line.
template <class Show>
void show_ids(const request_ids& of, Show show) {
    if (!of.request.empty()) show("request_id", of.request);
    if (!of.trace.empty()) show("trace_id", of.trace);
    if (!of.span.empty()) show("span_id", of.span);
}

std::string json_line(level l, std::string_view event, const fields& f, const request_ids& of) {
    boost::json::object line;
    line["time"] = timestamp();
    line["level"] = spelling(l);
    line["event"] = event;
    for (const auto& [key, value] : f)
        line[key] = value;
    show_ids(of, [&](std::string_view key, std::string_view id) { line[key] = id; });
    return boost::json::serialize(line);
}

/// Values are shown as JSON, whose escapes keep control characters (and with them forged lines) out of the
/// terminal.
std::string text_line(level l, std::string_view event, const fields& f, const request_ids& of) {
    std::string line = fmt::format("{} {:<5} {}", timestamp(), spelling(l), event);
    for (const auto& [key, value] : f)
        line += fmt::format(" {}={}", key, boost::json::serialize(value));
    show_ids(of, [&](std::string_view key, std::string_view id) { line += fmt::format(" {}={}", key, id); });
    return line;
}

}  // namespace

void configure(format f, level threshold) {
    as_json = f == format::json || (f == format::automatic && isatty(STDERR_FILENO) == 0);
    output().set_level(to_spdlog(threshold));
}

bool enabled(level l) noexcept {
    return output().should_log(to_spdlog(l));
}

void write(level l, std::string_view event, fields f, const request_ids& of) {
    if (!enabled(l)) return;
    const std::string line = as_json ? json_line(l, event, f, of) : text_line(l, event, f, of);
    output().log(to_spdlog(l), spdlog::string_view_t(line));
}

}  // namespace latchkey::log
