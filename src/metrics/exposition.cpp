#include "metrics/exposition.hpp"

#include <array>
#include <charconv>

namespace latchkey::metrics {
namespace {

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 32> digits;  // more than the shortest form of any double
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

/// A bound is a label, and labels are compared as text: 0.0001 but 5e-05, as every other exporter writes it.
/// OpenMetrics writes a whole number as `1.0` (section "Considerations: Canonical Numbers").
void append_bound(std::string& out, double bound, format f) {
    std::array<char, 32> digits;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), bound, std::chars_format::general).ptr;
    out.append(digits.data(), end);
    if (f == format::openmetrics && out.find_first_of(".e") == out.npos) out.append(".0");
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            out.append("\\n");
            continue;
        }
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
}

std::string_view type_name(kind k) noexcept {
    switch (k) {
        case kind::counter:
            return "counter";
        case kind::histogram:
            return "histogram";
        case kind::gauge:
            break;
    }
    return "gauge";
}

}  // namespace

format negotiate(std::string_view accept) noexcept {
    return accept.find("application/openmetrics-text") == accept.npos ? format::prometheus
                                                                      : format::openmetrics;
}

std::string_view content_type(format f) noexcept {
    return f == format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                    : "text/plain; version=0.0.4; charset=utf-8";
}

void exposition::family(std::string_view name, kind k, std::string_view help) {
    name_ = name;
    kind_ = k;
    // In OpenMetrics a counter's family has the name without _total, in the older format with it.
    const std::string_view suffix = k == kind::counter && format_ == format::prometheus ? "_total" : "";
    out_.append("# HELP ").append(name_).append(suffix).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name_).append(suffix).append(" ").append(type_name(k)).append("\n");
}

void exposition::sample(std::int64_t value, std::span<const label> l) {
    begin_line(kind_ == kind::counter ? "_total" : "", l);
    end_line(value);
}

void exposition::sample(double value, std::span<const label> l) {
    begin_line(kind_ == kind::counter ? "_total" : "", l);
    end_line(value);
}

void exposition::histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum,
                           std::span<const label> l) {
    std::uint64_t seen = 0;
    std::string bound;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        seen += counts[i];
        bound.clear();
        if (i < bounds.size())
            append_bound(bound, bounds[i], format_);
        else
            bound = "+Inf";
        begin_line("_bucket", l, bound);
        end_line(static_cast<std::int64_t>(seen));
    }
    begin_line("_count", l);
    end_line(static_cast<std::int64_t>(seen));
    begin_line("_sum", l);
    end_line(sum);
}

void exposition::end() {
    if (format_ == format::openmetrics) out_.append("# EOF\n");
}

void exposition::begin_line(std::string_view suffix, std::span<const label> l, std::string_view le) {
    out_.append(name_).append(suffix);
    char separator = '{';
    const auto append = [&](std::string_view name, std::string_view value) {
        out_.push_back(separator);
        separator = ',';
        out_.append(name).append("=\"");
        append_escaped(out_, value);
        out_.push_back('"');
    };
    for (const auto& each : l)
        append(each.name, each.value);
    if (!le.empty()) append("le", le);
    out_.append(separator == '{' ? " " : "} ");
}

void exposition::end_line(std::int64_t value) {
    append_number(out_, value);
    out_.push_back('\n');
}

void exposition::end_line(double value) {
    append_number(out_, value);
    out_.push_back('\n');
}

}  // namespace latchkey::metrics
