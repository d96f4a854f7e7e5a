#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::metrics {

enum class format : std::uint8_t { prometheus, openmetrics };

/// What a scraper's Accept field asks for; Prometheus text unless it names OpenMetrics.
format negotiate(std::string_view accept) noexcept;
std::string_view content_type(format) noexcept;

enum class kind : std::uint8_t { counter, gauge, histogram };

/// A label and its value. Values are escaped; what a client sent is never one.
struct label {
    std::string_view name;
    std::string_view value;
};
using labels = std::initializer_list<label>;

/// Writes a metrics page: Prometheus text format 0.0.4, or OpenMetrics 1.0. Families one after the other,
/// each with all its samples.
class exposition {
public:
    exposition(std::string& out, format f) : out_(out), format_(f) {}

    /// Begins a family. `name` without the `_total` of a counter, with its unit in seconds or bytes.
    void family(std::string_view name, kind, std::string_view help);
    void sample(std::int64_t value, std::span<const label> = {});
    void sample(double value, std::span<const label> = {});
    void sample(auto value, labels l) { sample(value, std::span<const label>(l.begin(), l.size())); }

    /// A histogram of the family. `counts[i]`: how many were at most `bounds[i]` seconds and above the bound
    /// before; the last, one more than there are bounds, above all.
    void histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum,
                   std::span<const label> = {});

    /// Ends the page.
    void end();

private:
    void begin_line(std::string_view suffix, std::span<const label>, std::string_view le = {});
    void end_line(std::int64_t value);
    void end_line(double value);

    std::string& out_;
    format format_;
    std::string name_;
    kind kind_ = kind::gauge;
};

}  // namespace latchkey::metrics
