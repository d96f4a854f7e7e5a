#include "http/trace_context.hpp"

#include <gmock/gmock.h>

#include <set>

namespace latchkey::http {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const std::string sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

request with(field name, std::string_view value, std::uint16_t lines = 1) {
    request q;
    q.fields[static_cast<std::size_t>(name)] = {value, lines};
    return q;
}

/// The traceparent of the answer; empty when there is none.
std::string answered(std::string_view traceparent) {
    trace_context trace;
    const request q = with(field::traceparent, traceparent);
    trace.identify(q);
    response out;
    trace.write(out);
    const std::string headers(out.headers());
    const auto at = headers.find("traceparent: ");
    return at == headers.npos ? "" : headers.substr(at + 13, headers.find('\r', at) - at - 13);
}

TEST(TraceContext, NamesARequestThatCameWithoutAName) {
    trace_context trace;
    std::set<std::string> names;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id(trace.identify(request{}).request);
        ASSERT_THAT(id, MatchesRegex("[0-9a-f]{32}"));
        names.insert(id);
    }
    EXPECT_EQ(names.size(), 10'000u);
}

TEST(TraceContext, TakesOverAWellFormedRequestIdAndAnswersWithIt) {
    for (const std::string id : {"a", "Root=1-67891233-abcdef012345678912345678", "req.1/x:y+z~@,_-"}) {
        trace_context trace;
        const request q = with(field::x_request_id, id);
        EXPECT_EQ(trace.identify(q).request, id);
        response out;
        trace.write(out);
        EXPECT_THAT(std::string(out.headers()), HasSubstr("X-Request-Id: " + id + "\r\n"));
    }
}

TEST(TraceContext, MakesItsOwnRequestIdInPlaceOfABadOne) {
    trace_context trace;
    for (const std::string& bad :
         {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\"b"), std::string("<x>"),
          std::string("a\tb"), std::string("\xc3\xa4"), std::string("a;b"), std::string("${jndi}")}) {
        const request q = with(field::x_request_id, bad);
        EXPECT_THAT(std::string(trace.identify(q).request), MatchesRegex("[0-9a-f]{32}")) << bad;
    }
    const request twice = with(field::x_request_id, "a", 2);
    EXPECT_THAT(std::string(trace.identify(twice).request), MatchesRegex("[0-9a-f]{32}"));
}

TEST(TraceContext, GoesOnWithATraceUnderAParentIdOfItsOwn) {
    const auto ours = answered(sent);
    EXPECT_THAT(ours, MatchesRegex("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01"));
    EXPECT_THAT(ours, Not(HasSubstr("00f067aa0ba902b7")));
    trace_context trace;
    const request q = with(field::traceparent, sent);
    const auto ids = trace.identify(q);
    EXPECT_EQ(ids.trace, "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(ids.span.size(), 16u);
}

TEST(TraceContext, AnswersOnlyTheFlagThatItKnows) {
    EXPECT_THAT(answered(sent.substr(0, 53) + "ff"), testing::EndsWith("-01"));
    EXPECT_THAT(answered(sent.substr(0, 53) + "fe"), testing::EndsWith("-00"));
}

TEST(TraceContext, ReadsALaterVersionAsTheOneItKnows) {
    EXPECT_THAT(answered("cc" + sent.substr(2) + "-what-the-future-brings"),
                testing::StartsWith("00-4bf92f"));
    EXPECT_THAT(answered("cc" + sent.substr(2)), testing::StartsWith("00-4bf92f"));
}

TEST(TraceContext, BeginsNoTraceOfABadTraceparent) {
    const std::string zeros(32, '0');
    for (const std::string& bad :
         {std::string(), sent.substr(1), sent + "-x", sent + "0", "ff" + sent.substr(2),
          "cc" + sent.substr(2) + "x", "00-" + zeros + sent.substr(35),
          sent.substr(0, 36) + zeros.substr(16) + "-01",
          "00-4BF92F3577B34DA6A3CE929D0E0E4736" + sent.substr(35), sent.substr(0, 53) + "0g",
          "00_" + sent.substr(3), "0 " + sent.substr(2)})
        EXPECT_EQ(answered(bad), "") << bad;
    trace_context trace;
    EXPECT_EQ(trace.identify(with(field::traceparent, sent, 2)).trace, "");
}

TEST(TraceContext, ForgetsTheTraceOfTheRequestBefore) {
    trace_context trace;
    trace.identify(with(field::traceparent, sent));
    EXPECT_EQ(trace.identify(request{}).trace, "");
    response out;
    trace.write(out);
    EXPECT_THAT(std::string(out.headers()), Not(HasSubstr("traceparent")));
}

}  // namespace
}  // namespace latchkey::http
