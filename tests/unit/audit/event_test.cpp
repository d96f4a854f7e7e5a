#include "audit/event.hpp"

#include <gtest/gtest.h>

namespace latchkey::audit {
namespace {

TEST(AuditEvent, HasItsNameAndWhoAsksAndNothingThatIsNotKnown) {
    EXPECT_EQ(event("service_started").members(), R"("event":"service_started")");
    const origin by{.ids = {.request = "r-1", .trace = {}, .span = "s"},
                    .address = "192.0.2.7",
                    .client_id = "web",
                    .subject = {},
                    .username = {}};
    EXPECT_EQ(event("login_failed", by).members(),
              R"("event":"login_failed","client_id":"web","address":"192.0.2.7","request_id":"r-1")");
}

TEST(AuditEvent, WritesTextNumbersAndBooleans) {
    event e("x");
    e.add("text", "a").add("empty", "").add("number", std::uint64_t{7}).add("flag", true).add("off", false);
    EXPECT_EQ(e.members(), R"("event":"x","text":"a","number":7,"flag":true,"off":false)");
}

TEST(AuditEvent, EscapesWhateverSomebodySends) {
    event e("x");
    e.add("name", "\",\"address\":\"10.0.0.1\n\\");
    EXPECT_EQ(e.members(), R"("event":"x","name":"\",\"address\":\"10.0.0.1\n\\")");
}

}  // namespace
}  // namespace latchkey::audit
