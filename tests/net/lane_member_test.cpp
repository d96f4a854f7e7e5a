#include "net/lane_member.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <memory>
#include <random>
#include <vector>

namespace latchkey::net {
namespace {

using namespace std::chrono_literals;
using time_point = member_wheel::time_point;

constexpr time_point start{1h};

/// Counts what the wheel does with it; gone from the wheel once it has expired or was told to abort.
class member final : public lane_member {
public:
    member(member_wheel& wheel, time_point deadline) : wheel_(wheel), deadline_(deadline) {
        wheel_.enrol(*this);
        move(deadline);
    }

    void move(time_point deadline) {
        deadline_ = deadline;
        wheel_.look_by(*this, deadline);
    }
    time_point deadline() const noexcept override { return deadline_; }
    void look() override { ++looks; }
    void expire() override {
        expired = true;
        unlink();
    }
    void drain(time_point last_call) override { deadline_ = last_call; }
    void abort() override { unlink(); }
    void discard() noexcept override { unlink(); }

    int looks = 0;
    bool expired = false;

private:
    member_wheel& wheel_;
    time_point deadline_;
};

TEST(MemberWheel, LetsAMemberExpireAtTheFirstBeatAfterItsDeadline) {
    for (const auto after : {0ms, 1ms, 49ms, 50ms, 51ms, 499ms, 500ms, 501ms, 550ms, 60'000ms}) {
        member_wheel wheel(start);
        member one(wheel, start + after);
        auto now = start;
        while (now + member_wheel::beat < start + after) {
            now += member_wheel::beat;
            wheel.turn(now);
            ASSERT_FALSE(one.expired) << after.count();
        }
        wheel.turn(now + member_wheel::beat);
        EXPECT_TRUE(one.expired) << after.count();
    }
}

TEST(MemberWheel, HonoursADeadlineThatWasMoved) {
    member_wheel wheel(start);
    member earlier(wheel, start + 1h), later(wheel, start + 100ms);
    wheel.turn(start + 50ms);
    earlier.move(start + 100ms);
    later.move(start + 1h);
    wheel.turn(start + 100ms);
    EXPECT_TRUE(earlier.expired);
    EXPECT_FALSE(later.expired);
}

TEST(MemberWheel, LooksAtOneThatRestsNowAndThenOnly) {
    member_wheel wheel(start);
    member rests(wheel, time_point::max());
    for (auto now = start; now <= start + 10 * member_wheel::longest_rest; now += member_wheel::beat)
        wheel.turn(now);
    EXPECT_THAT(rests.looks, testing::AllOf(testing::Ge(10), testing::Le(11)));
}

TEST(MemberWheel, DoesNotLookAtAllAtOnceThatCameTogether) {
    member_wheel wheel(start);
    std::vector<std::unique_ptr<member>> all;
    for (int i = 0; i < 1'000; ++i)
        all.push_back(std::make_unique<member>(wheel, time_point::max()));
    const auto looks = [&] {
        int sum = 0;
        for (const auto& one : all)
            sum += one->looks;
        return sum;
    };
    for (int beat = 1, before = 0; beat <= 100; ++beat) {
        wheel.turn(start + beat * member_wheel::beat);
        ASSERT_EQ(looks() - before, 100) << "a tenth of them, ten beats being the longest rest";
        before = looks();
    }
}

TEST(MemberWheel, MakesUpForATimeInWhichNobodyTurnedIt) {
    member_wheel wheel(start);
    member over(wheel, start + 3h), not_yet(wheel, start + 5h);
    wheel.turn(start + 4h);
    EXPECT_TRUE(over.expired);
    EXPECT_FALSE(not_yet.expired);
    wheel.turn(start + 5h);
    EXPECT_TRUE(not_yet.expired);
}

TEST(MemberWheel, VisitsEveryMemberOnceEvenIfItGoes) {
    member_wheel wheel(start);
    std::vector<std::unique_ptr<member>> all;
    for (int i = 0; i < 100; ++i)
        all.push_back(std::make_unique<member>(wheel, start + i * 13ms));
    int visits = 0;
    wheel.for_each([&](lane_member& one) { ++visits, one.drain(start + 200ms); });
    EXPECT_EQ(visits, 100);
    wheel.turn(start + 50ms);
    for (const auto& one : all)
        EXPECT_EQ(one->looks, 1) << "who was told of something is looked at";
    wheel.for_each([&](lane_member& one) { one.abort(); });
    wheel.for_each([](lane_member&) { FAIL() << "somebody is left"; });
}

TEST(MemberWheel, TakesAnEarlierDeadlineThatADrainGave) {
    member_wheel wheel(start);
    member one(wheel, start + 1h);
    wheel.turn(start + 200ms);
    wheel.for_each([](lane_member& each) { each.drain(start + 300ms); });
    wheel.turn(start + 250ms);
    EXPECT_FALSE(one.expired);
    wheel.turn(start + 300ms);
    EXPECT_TRUE(one.expired);
}

TEST(MemberWheel, AgreesWithAListThatIsSearchedAtEveryBeat) {
    std::mt19937 random(20261128);
    const auto draw = [&](int below) {
        return std::chrono::milliseconds(random() % static_cast<unsigned>(below));
    };
    member_wheel wheel(start);
    std::vector<std::unique_ptr<member>> all;
    std::vector<time_point> promised;
    auto now = start;
    for (int turn = 0; turn < 5'000; ++turn) {
        if (all.size() < 300) {
            promised.push_back(now + draw(3'000));
            all.push_back(std::make_unique<member>(wheel, promised.back()));
        }
        const std::size_t moved = random() % all.size();
        if (!all[moved]->expired) all[moved]->move(promised[moved] = now + draw(3'000));
        // Beats come late, and some not at all.
        now += random() % 50 == 0 ? draw(5'000) : member_wheel::beat + draw(5);
        wheel.turn(now);
        const auto last_beat = start + (now - start) / member_wheel::beat * member_wheel::beat;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool is_over = promised[i] <= now, must_be_gone = promised[i] <= last_beat;
            ASSERT_TRUE(all[i]->expired ? is_over : !must_be_gone) << "turn " << turn;
        }
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i]->expired) {
                promised[i] = now + draw(3'000);
                all[i] = std::make_unique<member>(wheel, promised[i]);
            }
    }
}

}  // namespace
}  // namespace latchkey::net
