#include "metrics/exposition.hpp"

#include <gmock/gmock.h>

#include "metrics/outcome_counts.hpp"
#include "metrics/process.hpp"

namespace latchkey::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page(format f, auto write) {
    std::string out;
    exposition to(out, f);
    write(to);
    to.end();
    return out;
}

const auto two_kinds = [](exposition& to) {
    to.family("logins", kind::counter, "How many.");
    to.sample(std::int64_t{3}, {{"outcome", "success"}, {"client", "app"}});
    to.family("age_seconds", kind::gauge, "How old.");
    to.sample(0.25);
};

TEST(Exposition, WritesPrometheusText) {
    EXPECT_EQ(page(format::prometheus, two_kinds),
              "# HELP logins_total How many.\n# TYPE logins_total counter\n"
              "logins_total{outcome=\"success\",client=\"app\"} 3\n"
              "# HELP age_seconds How old.\n# TYPE age_seconds gauge\nage_seconds 0.25\n");
}

TEST(Exposition, WritesOpenMetrics) {
    EXPECT_EQ(page(format::openmetrics, two_kinds),
              "# HELP logins How many.\n# TYPE logins counter\n"
              "logins_total{outcome=\"success\",client=\"app\"} 3\n"
              "# HELP age_seconds How old.\n# TYPE age_seconds gauge\nage_seconds 0.25\n# EOF\n");
}

TEST(Exposition, AddsUpTheBucketsOfAHistogram) {
    const auto text = page(format::prometheus, [](exposition& to) {
        to.family("took_seconds", kind::histogram, "How long.");
        to.histogram(std::array{0.5, 1.0}, std::array<std::uint64_t, 3>{2, 0, 1}, 3.5);
    });
    EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"0.5\"} 2\n"
                                "took_seconds_bucket{le=\"1\"} 2\n"
                                "took_seconds_bucket{le=\"+Inf\"} 3\n"
                                "took_seconds_count 3\ntook_seconds_sum 3.5\n"));
}

TEST(Exposition, WritesBoundsAsEachFormatWantsNumbers) {
    const auto whole = [](exposition& to) {
        to.family("took_seconds", kind::histogram, "How long.");
        to.histogram(std::array{0.00005, 0.0001, 0.5, 1.0, 10.0}, std::array<std::uint64_t, 6>{}, 0.0);
    };
    const auto prometheus = page(format::prometheus, whole);
    const auto openmetrics = page(format::openmetrics, whole);
    for (const auto* bound :
         {"le=\"5e-05\"", "le=\"0.0001\"", "le=\"0.5\"", "le=\"1\"", "le=\"10\"", "le=\"+Inf\""})
        EXPECT_THAT(prometheus, HasSubstr(bound));
    for (const auto* bound :
         {"le=\"5e-05\"", "le=\"0.0001\"", "le=\"0.5\"", "le=\"1.0\"", "le=\"10.0\"", "le=\"+Inf\""})
        EXPECT_THAT(openmetrics, HasSubstr(bound));
}

TEST(Exposition, EscapesLabelValues) {
    const auto text = page(format::prometheus, [](exposition& to) {
        to.family("x", kind::gauge, "x");
        to.sample(std::int64_t{1}, {{"path", "a\"b\\c\nd"}});
    });
    EXPECT_THAT(text, HasSubstr(R"(x{path="a\"b\\c\nd"} 1)"));
}

TEST(Exposition, WritesOpenMetricsOnlyWhenAsked) {
    EXPECT_EQ(negotiate(""), format::prometheus);
    EXPECT_EQ(negotiate("text/plain;version=0.0.4;q=0.5,*/*;q=0.1"), format::prometheus);
    EXPECT_EQ(negotiate("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"), format::openmetrics);
}

TEST(OutcomeCounts, ShowsSuccessAlwaysAndOnlyErrorsThatOccurred) {
    outcome_counts counts;
    counts.failed(errc::expired_token);
    counts.failed(errc::expired_token);
    counts.failed(errc::internal);
    const auto text = page(format::prometheus, [&](exposition& to) {
        to.family("checks", kind::counter, "x");
        counts.write(to);
    });
    EXPECT_THAT(text, HasSubstr("checks_total{outcome=\"success\"} 0\n"
                                "checks_total{outcome=\"expired_token\"} 2\n"
                                "checks_total{outcome=\"internal\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("revoked_token")));
}

TEST(ProcessMetrics, TellWhatProcTells) {
    const auto text = page(format::prometheus, [](exposition& to) { write_process(to); });
    for (const auto* name :
         {"process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_virtual_memory_bytes ",
          "process_start_time_seconds ", "process_open_fds ", "process_max_fds "})
        EXPECT_THAT(text, HasSubstr(name));
}

}  // namespace
}  // namespace latchkey::metrics
