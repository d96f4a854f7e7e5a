#include "base/log.hpp"

#include <gmock/gmock.h>

namespace latchkey::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string logged(format as, const request_ids& of) {
    configure(as, level::info);
    testing::internal::CaptureStderr();
    info("something happened", {{"reason", "a\nb"}, {"count", 3}}, of);
    return testing::internal::GetCapturedStderr();
}

TEST(Log, SaysWhichRequestALineIsAbout) {
    const request_ids ids{.request = "r-1", .trace = "t-1", .span = "s-1"};
    EXPECT_THAT(logged(format::json, ids),
                EndsWith(R"("level":"info","event":"something happened","reason":"a\nb","count":3,)"
                         R"("request_id":"r-1","trace_id":"t-1","span_id":"s-1"})"
                         "\n"));
    EXPECT_THAT(
        logged(format::text, ids),
        EndsWith("something happened reason=\"a\\nb\" count=3 request_id=r-1 trace_id=t-1 span_id=s-1\n"));
}

TEST(Log, LeavesOutWhatALineIsNotAbout) {
    EXPECT_THAT(logged(format::json, {}), Not(HasSubstr("_id")));
    EXPECT_THAT(logged(format::json, {.request = "r-1", .trace = {}, .span = {}}),
                Not(HasSubstr("trace_id")));
}

}  // namespace
}  // namespace latchkey::log
