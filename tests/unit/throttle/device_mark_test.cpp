#include "throttle/device_mark.hpp"

#include <gtest/gtest.h>

namespace latchkey::throttle {
namespace {

using namespace std::chrono_literals;

constexpr unix_time now{std::chrono::seconds{1'800'000'000}};

class DeviceMark : public testing::Test {
protected:
    device_mark_codec codec_{secret(std::string_view("0123456789abcdef0123456789abcdef"))};
    std::string mark_ = codec_.issue("alice", now);
};

TEST_F(DeviceMark, IsKnownAgainForItsAccount) {
    const auto read = codec_.read(mark_, "alice", now + 24h);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->issued, std::chrono::floor<std::chrono::hours>(now));
}

TEST_F(DeviceMark, IsAnotherForEveryDevice) {
    const auto other = codec_.issue("alice", now);
    EXPECT_NE(codec_.read(other, "alice", now)->device, codec_.read(mark_, "alice", now)->device);
}

TEST_F(DeviceMark, IsNothingForAnotherAccount) {
    EXPECT_FALSE(codec_.read(mark_, "bob", now));
    EXPECT_FALSE(codec_.read(mark_, "", now));
}

TEST_F(DeviceMark, IsNothingUnderAnotherKey) {
    const device_mark_codec other{secret(std::string_view("another key of thirty-two bytes!"))};
    EXPECT_FALSE(other.read(mark_, "alice", now));
}

TEST_F(DeviceMark, ASessionsIdTellsItsAccount) {
    const auto id = codec_.session_id("alice", now);
    EXPECT_EQ(id.time(), now);
    EXPECT_EQ(crypto::uuid::parse(id.text()), id);
    EXPECT_EQ(id.text()[14], '7');
    EXPECT_NE(codec_.session_id("alice", now), id);
    EXPECT_TRUE(codec_.is_session_of(id, "alice", now));
    EXPECT_TRUE(codec_.is_session_of(id, "alice", now + device_mark_codec::lifetime - 1ms));
    EXPECT_FALSE(codec_.is_session_of(id, "alice", now + device_mark_codec::lifetime));
    EXPECT_FALSE(codec_.is_session_of(id, "bob", now));
    EXPECT_FALSE(codec_.is_session_of(id, "", now));
    EXPECT_FALSE(codec_.is_session_of(crypto::uuid::v7(now), "alice", now)) << "opened by an older Latchkey";
    const device_mark_codec other{secret(std::string_view("another key of thirty-two bytes!"))};
    EXPECT_FALSE(other.is_session_of(id, "alice", now));
}

TEST_F(DeviceMark, ASessionsIdIsNothingWithAnyBitChanged) {
    for (std::size_t bit = 0; bit < 128; ++bit) {
        auto changed = codec_.session_id("alice", now);
        changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(codec_.is_session_of(changed, "alice", now)) << bit;
    }
}

TEST_F(DeviceMark, IsNothingWithAnyCharacterChanged) {
    for (std::size_t i = 0; i < mark_.size(); ++i) {
        auto changed = mark_;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(codec_.read(changed, "alice", now)) << i;
    }
    for (const std::string_view text : {"", "x", "not a mark at all, by far"})
        EXPECT_FALSE(codec_.read(text, "alice", now));
    EXPECT_FALSE(codec_.read(mark_ + "A", "alice", now));
}

TEST_F(DeviceMark, IsNothingAfterAYear) {
    const auto issued = codec_.read(mark_, "alice", now)->issued;
    EXPECT_TRUE(codec_.read(mark_, "alice", issued + device_mark_codec::lifetime - 1ms));
    EXPECT_FALSE(codec_.read(mark_, "alice", issued + device_mark_codec::lifetime));
}

TEST_F(DeviceMark, DoesNotNameTheAccount) {
    const auto longer = codec_.issue("alice with a far longer name", now);
    EXPECT_EQ(longer.size(), mark_.size());
}

}  // namespace
}  // namespace latchkey::throttle
