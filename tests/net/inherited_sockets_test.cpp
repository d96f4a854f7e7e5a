#include "net/inherited_sockets.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "net/server.hpp"

// What is done with the sockets themselves, tests/operations shows with the running program.
namespace latchkey::net {
namespace {

using names = std::vector<std::string>;
using testing::HasSubstr;

std::string refusal_of(std::string_view count, std::optional<std::string_view> given) {
    try {
        inherited_names(count, given);
    } catch (const listen_error& e) {
        return e.what();
    }
    return "";
}

TEST(InheritedSockets, HaveTheNamesTheyAreGiven) {
    EXPECT_EQ(inherited_names("0", std::nullopt), names{});
    EXPECT_EQ(inherited_names("0", ""), names{});
    EXPECT_EQ(inherited_names("1", "http"), names{"http"});
    EXPECT_EQ(inherited_names("1", "management"), names{"management"});
    EXPECT_EQ(inherited_names("2", "management:http"), (names{"management", "http"}));
}

TEST(InheritedSockets, WithoutNamesAreFirstTheServiceThenTheManagement) {
    EXPECT_EQ(inherited_names("1", std::nullopt), names{"http"});
    EXPECT_EQ(inherited_names("2", std::nullopt), (names{"http", "management"}));
}

TEST(InheritedSockets, OfAnyOtherNameOrNumberAreRefused) {
    for (const auto* count : {"", "x", "1x", " 1", "-1", "+1", "99999999999999999999", "0x1"})
        EXPECT_THAT(refusal_of(count, "http"), HasSubstr("LISTEN_FDS is ")) << count;
    for (const auto* given : {"", "https", "HTTP", "http:", ":http", "latchkey.socket", "unknown"})
        EXPECT_NE(refusal_of("1", given), "") << given;
    for (const auto* given : {"http", "http:http", "http:management:http", "http:"})
        EXPECT_NE(refusal_of("2", given), "") << given;
    EXPECT_NE(refusal_of("3", "http:management:http"), "");
    EXPECT_NE(refusal_of("2000000000", std::nullopt), "");
    EXPECT_THAT(refusal_of("1", "https"), HasSubstr("\n  try: FileDescriptorName=http, or management"));
}

TEST(InheritedSockets, OfAnotherProcessAreNotTakenAndTheVariablesAreGone) {
    ::setenv("LISTEN_PID", std::to_string(::getpid() + 1).c_str(), 1);
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_FDNAMES", "http", 1);
    const auto taken = inherit_sockets();
    EXPECT_FALSE(taken.http || taken.management);
    for (const auto* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        EXPECT_EQ(std::getenv(variable), nullptr);
}

}  // namespace
}  // namespace latchkey::net
