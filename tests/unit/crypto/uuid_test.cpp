#include "crypto/uuid.hpp"

#include <gtest/gtest.h>

#include <set>

namespace latchkey::crypto {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view rfc_example = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";  // RFC 9562 appendix A.6

TEST(uuid, ReadsTheExampleOfRfc9562) {
    const auto id = uuid::parse(rfc_example);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->time(), unix_time{milliseconds{1645557742000}});
    EXPECT_EQ(id->text(), rfc_example);
    EXPECT_EQ(id->bytes[0], 0x01);
    EXPECT_EQ(id->bytes[15], 0x8f);
}

TEST(uuid, CarriesItsMomentVersionAndVariant) {
    const unix_time moment{milliseconds{1'800'000'000'123}};
    const auto id = uuid::v7(moment);
    EXPECT_EQ(id.time(), moment);
    EXPECT_EQ(id.text()[14], '7');
    EXPECT_NE(std::string_view("89ab").find(id.text()[19]), std::string_view::npos);
    EXPECT_EQ(uuid::parse(id.text()), id);
}

TEST(uuid, IsAnotherEachTime) {
    std::set<uuid> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(uuid::v7({}));
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(uuid, KeepsAMomentThatDoesNotFitInFortyEightBits) {
    EXPECT_EQ(uuid::v7(unix_time{milliseconds{-1}}).time(), unix_time{});
    EXPECT_EQ(uuid::v7(unix_time::max()).time(), unix_time{milliseconds{(std::int64_t{1} << 48) - 1}});
}

TEST(uuid, SortsByTime) {
    EXPECT_LT(uuid::v7(unix_time{milliseconds{255}}), uuid::v7(unix_time{milliseconds{256}}));
}

TEST(uuid, RefusesEveryOtherSpelling) {
    for (const std::string_view text : {
             "",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
             "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",  // upper case
             "017f22e279b07cc398c4dc0c0c07398f",      // no dashes
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",  // not a digit
             "017f22e2-79b0-7cc3-98c4-dc0c0c0739 f",  // a blank
             "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",  // a dash elsewhere
             "017f22e2-79b0-7cc3-98c4adc0c0c07398f",  // a digit for a dash
             "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
         })
        EXPECT_FALSE(uuid::parse(text)) << text;
}

TEST(uuid, TakesExactlyTheLowerCaseDigitsAtEveryPlace) {
    const std::string good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    for (std::size_t place = 0; place < good.size(); ++place)
        for (int c = 0; c < 256; ++c) {
            std::string text = good;
            text[place] = static_cast<char>(c);
            const bool fits =
                good[place] == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            const auto parsed = uuid::parse(text);
            ASSERT_EQ(parsed.has_value(), fits) << text;
            ASSERT_EQ(parsed ? parsed->text() : text, text);
        }
}

TEST(uuid, AppendsBehindWhatIsThere) {
    std::string out = "id ";
    uuid::parse(rfc_example)->append_to(out);
    EXPECT_EQ(out, "id " + std::string(rfc_example));
}

TEST(uuid_hash, DiffersForIdsOfOneMillisecond) {
    std::set<std::size_t> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(uuid_hash{}(uuid::v7({})));
    EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace latchkey::crypto
