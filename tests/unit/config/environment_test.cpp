#include "config/environment.hpp"

#include <gtest/gtest.h>

#include "config/secrets.hpp"

namespace latchkey::config {
namespace {

TEST(Environment, KeepsOurVariablesOnly) {
    const char* const variables[] = {
        "PATH=/bin", "LATCHKEY_LOG_LEVEL=debug", "LATCHKEYS=1", "LATCHKEY_TYPO=", "broken", nullptr};
    EXPECT_EQ(capture_environment(variables),
              (environment{{"LATCHKEY_LOG_LEVEL", "debug"}, {"LATCHKEY_TYPO", ""}}));
}

TEST(Environment, NeverHoldsASecret) {
    const char* const variables[] = {"LATCHKEY_MASTER_KEY=k",          "LATCHKEY_MASTER_KEY_FILE=/f",
                                     "LATCHKEY_TOKENS_HMAC_SECRET=s",  "LATCHKEY_TOKENS_HMAC_SECRET_FILE=/f",
                                     "LATCHKEY_CONFIG=/latchkey.toml", nullptr};
    EXPECT_TRUE(capture_environment(variables).empty());
}

TEST(Environment, PassesOverWhatKubernetesSaysOfAServiceOfOurName) {
    const std::pair<std::string_view, std::string_view> links[] = {
        {"LATCHKEY_SERVICE_HOST", "10.0.0.1"},      {"LATCHKEY_SERVICE_PORT", "80"},
        {"LATCHKEY_SERVICE_PORT_HTTP", "80"},       {"LATCHKEY_PORT", "tcp://10.0.0.1:80"},
        {"LATCHKEY_PORT_80_TCP", "tcp://10.0.0.1"}, {"LATCHKEY_PORT_80_TCP_PROTO", "tcp"},
        {"LATCHKEY_PORT_80_UDP_PORT", "80"},        {"LATCHKEY_MAIN_PORT_80_SCTP_ADDR", "10.0.0.1"}};
    for (const auto& [name, value] : links)
        EXPECT_TRUE(is_service_link(name, value)) << name;
}

TEST(Environment, StillJudgesWhatOnlyLooksLikeAServiceLink) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"LATCHKEY_PORT", "8080"},        {"LATCHKEY_SERVER_PORT", "8080"},   {"LATCHKEY_PORT_", "1"},
        {"LATCHKEY_PORT_TCP", "1"},       {"LATCHKEY_PORT_80", "1"},          {"LATCHKEY_PORT_80_TCP_X", "1"},
        {"LATCHKEY_SERVER_LISTEN", ":1"}, {"OTHER_SERVICE_HOST", "10.0.0.1"}, {"LATCHKEY_PORT_80_HTTP", "1"}};
    for (const auto& [name, value] : rows)
        EXPECT_FALSE(is_service_link(name, value)) << name;
}

}  // namespace
}  // namespace latchkey::config
