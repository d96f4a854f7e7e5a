#include "passwords/job_queue.hpp"

#include <gtest/gtest.h>

namespace latchkey::passwords {
namespace {

using namespace std::chrono_literals;

struct fake_job {
    std::uint64_t id = 0;
    std::chrono::steady_clock::time_point arrived;
    std::chrono::nanoseconds cost = 10ms;
    char kind = 'a';
    bool pairs_with(const fake_job& other) const { return kind == other.kind; }
};

using queue = job_queue<fake_job>;
using admission = queue::admission;

struct JobQueue : testing::Test {
    queue::time_point start{};
    queue line{{.limit = 10, .deadline = 1s, .threads = 1}};

    void arrive(std::uint64_t id, queue::duration after = 0ms, char kind = 'a', queue::duration cost = 10ms) {
        line.push({id, start + after, cost, kind});
    }
    std::uint64_t next(queue::duration after) {
        auto job = line.take_next(start + after);
        if (job) line.finished(job->cost);
        return job ? job->id : 0;
    }
};

TEST_F(JobQueue, ServesInOrderOfArrival) {
    for (std::uint64_t id : {1U, 2U, 3U})
        arrive(id);
    EXPECT_EQ(next(1ms), 1U);
    EXPECT_EQ(next(1ms), 2U);
    EXPECT_EQ(next(1ms), 3U);
    EXPECT_EQ(next(1ms), 0U);
}

TEST_F(JobQueue, ServesTheNewestFirstOnceTheOldestHasWaitedAFifthOfTheDeadline) {
    arrive(1);
    arrive(2, 10ms);
    arrive(3, 100ms);
    EXPECT_EQ(next(200ms), 1U);
    arrive(4, 201ms);
    EXPECT_EQ(next(211ms), 4U);
    EXPECT_EQ(next(211ms), 3U);
    EXPECT_EQ(next(211ms), 2U);
}

TEST_F(JobQueue, RefusesOneMoreThanItsLimit) {
    for (std::uint64_t id = 1; id <= 10; ++id) {
        EXPECT_EQ(line.admit(1ns), admission::granted);
        arrive(id, 0ms, 'a', 1ns);
    }
    EXPECT_EQ(line.admit(1ns), admission::full);
    next(0ms);
    EXPECT_EQ(line.admit(1ns), admission::granted);
}

TEST_F(JobQueue, RefusesWhatCannotBeAnsweredWithinTheDeadline) {
    arrive(1, 0ms, 'a', 600ms);
    EXPECT_EQ(line.admit(200ms), admission::granted);  // 600 ms of waiting, and twice 200 when interleaved
    EXPECT_EQ(line.admit(201ms), admission::late);
}

TEST_F(JobQueue, LetsAJobThatFindsNobodyInWhateverItIsThoughtToCost) {
    EXPECT_EQ(line.admit(1h), admission::granted);
    arrive(1, 0ms, 'a', 1h);
    EXPECT_TRUE(line.take_expired(start + 500ms).empty());
    EXPECT_EQ(next(500ms), 1U);
    arrive(2, 0ms, 'a', 1h);
    EXPECT_EQ(line.take_expired(start + 501ms).size(), 1U);
}

TEST_F(JobQueue, SharesTheWaitAmongItsThreads) {
    queue four{{.limit = 10, .deadline = 1s, .threads = 4}};
    four.push({1, start, 400ms});
    EXPECT_EQ(four.expected_wait(), 100ms);
    EXPECT_EQ(four.wait_behind_others(), 100ms);
}

TEST_F(JobQueue, CountsHalfOfWhatRuns) {
    arrive(1, 0ms, 'a', 100ms);
    auto running = line.take_next(start);
    EXPECT_EQ(line.expected_wait(), 50ms);
    EXPECT_EQ(line.wait_behind_others(), 0ms) << "nobody waits for it";
    line.finished(running->cost);
    EXPECT_EQ(line.expected_wait(), 0ms);
}

TEST_F(JobQueue, DropsOnlyWhatCanNoLongerBeAnsweredInTime) {
    arrive(1);
    arrive(2, 100ms);
    EXPECT_TRUE(line.take_expired(start + 980ms).empty());  // 20 ms left: twice its cost
    const auto expired = line.take_expired(start + 981ms);
    ASSERT_EQ(expired.size(), 1U);
    EXPECT_EQ(expired[0].id, 1U);
    EXPECT_EQ(line.expected_wait(), 10ms);
    EXPECT_EQ(line.take_expired(start + 2s).size(), 1U);
    EXPECT_EQ(line.size(), 0U);
}

TEST_F(JobQueue, PairsTheNextOfTheSameKind) {
    arrive(1), arrive(2, 0ms, 'b'), arrive(3);
    const auto first = line.take_next(start);
    EXPECT_EQ(line.take_companion(*first, start)->id, 3U);
    EXPECT_FALSE(line.take_companion(*first, start));
    EXPECT_EQ(line.size(), 1U);
}

TEST_F(JobQueue, PairsTheNewestWhenLate) {
    arrive(1), arrive(2), arrive(3);
    const auto first = line.take_next(start + 300ms);
    EXPECT_EQ(first->id, 3U);
    EXPECT_EQ(line.take_companion(*first, start + 300ms)->id, 2U);
}

TEST_F(JobQueue, LooksForACompanionAmongTheNeighboursOnly) {
    queue wide{{.limit = 100, .deadline = 1s, .threads = 1}};
    for (std::uint64_t id = 1; id <= 17; ++id)
        wide.push({id, start, 1ms, 'b'});
    wide.push({18, start, 1ms, 'a'});
    EXPECT_FALSE(wide.take_companion({0, start, 1ms, 'a'}, start));
}

TEST_F(JobQueue, GivesUpAJobByItsId) {
    arrive(1), arrive(2), arrive(3);
    EXPECT_EQ(line.take_by_id(2)->id, 2U);
    EXPECT_FALSE(line.take_by_id(2));
    EXPECT_EQ(line.expected_wait(), 20ms);
    EXPECT_EQ(line.take_all().size(), 2U);
    EXPECT_EQ(line.expected_wait(), 0ms);
}

/// Ten times what one thread can do, for a minute: the thread never idles, everybody who is computed is
/// answered in time.
TEST_F(JobQueue, KeepsItsGoodputAndItsDeadlineInAStorm) {
    queue storm{{.limit = 10'000, .deadline = 1s, .threads = 1}};
    int computed = 0, late = 0, prompt = 0;
    auto free_at = start;
    for (std::uint64_t id = 1; id <= 60'000; ++id) {
        const auto now = start + 1ms * static_cast<int>(id);
        while (free_at <= now) {
            storm.take_expired(free_at);
            auto job = storm.take_next(free_at);
            if (!job) {
                free_at = now;
                break;
            }
            free_at += 10ms;
            storm.finished(job->cost);
            ++computed;
            if (free_at > job->arrived + 1s) ++late;
            if (free_at < job->arrived + 250ms) ++prompt;
        }
        if (storm.admit(10ms) == admission::granted) storm.push({id, now});
    }
    EXPECT_GE(computed, 5'940);  // of 6,000
    EXPECT_EQ(late, 0);
    EXPECT_GE(prompt, computed / 2);
}

}  // namespace
}  // namespace latchkey::passwords
