#include "clients/recent_clients.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "support/run_task.hpp"
#include "unit/oauth/memory_client_store.hpp"

namespace latchkey::clients {
namespace {

using namespace std::chrono_literals;
using clock = recent_clients::clock;

constexpr clock::time_point start{1h};

/// A store in which something happens while it looks, after the row was read.
class interrupted_store final : public client_store {
public:
    task<result<client>> find(std::string id) override {
        auto found = co_await rows.find(std::move(id));
        if (meanwhile) meanwhile();
        co_return found;
    }
    task<result<std::vector<client>>> list(std::optional<std::string> after, std::size_t limit) override {
        return rows.list(std::move(after), limit);
    }
    task<result<std::uint64_t>> count() override { return rows.count(); }
    task<result<void>> insert(client c) override { return rows.insert(std::move(c)); }
    task<result<void>> update(client c) override {
        if (rows.broken) co_return errc::store_unavailable;
        rows.rows[c.client_id] = c;
        co_return result<void>();
    }
    task<result<void>> remove(std::string id) override {
        rows.rows.erase(id);
        co_return result<void>();
    }

    test::memory_client_store rows;
    std::function<void()> meanwhile;
};

class RecentClients : public testing::Test {
protected:
    RecentClients() {
        add("web");
        recent.note_changes(1, start);
    }
    void add(const std::string& id) { store.rows.rows[id].client_id = id; }
    bool find(const std::string& id) { return test::run(recent.find(id)).has_value(); }
    bool knows(std::string_view id, clock::time_point now = start) {
        return recent.recall(id, now) != nullptr;
    }

    interrupted_store store;
    recent_clients recent{store};
};

TEST_F(RecentClients, KnowsWhomItHasFound) {
    EXPECT_FALSE(knows("web"));
    ASSERT_TRUE(find("web"));
    ASSERT_TRUE(knows("web"));
    EXPECT_EQ(recent.recall("web", start)->client_id, "web");
    EXPECT_FALSE(knows("we"));
    EXPECT_FALSE(find("nobody"));
    EXPECT_FALSE(knows("nobody"));
}

TEST_F(RecentClients, KnowsNobodyUntilItIsToldThatNothingChanges) {
    recent_clients untold(store);
    ASSERT_TRUE(test::run(untold.find("web")));
    EXPECT_EQ(untold.recall("web", start), nullptr);
}

TEST_F(RecentClients, KnowsNobodyWhenNobodyTellsOfChangesAnyMore) {
    find("web");
    EXPECT_TRUE(knows("web", start + 999ms));
    EXPECT_FALSE(knows("web", start + 1'000ms));
    recent.note_changes(1, start + 500ms);
    EXPECT_TRUE(knows("web", start + 1'499ms));
    EXPECT_FALSE(knows("web", start + 1'500ms));
}

TEST_F(RecentClients, ForgetsEverybodyWhenTheStoreHasChanged) {
    find("web");
    recent.note_changes(1, start);
    EXPECT_TRUE(knows("web"));
    recent.note_changes(2, start);
    EXPECT_FALSE(knows("web"));
    find("web");
    EXPECT_TRUE(knows("web"));
}

TEST_F(RecentClients, ForgetsBeforeAChangeIsAcknowledged) {
    find("web");
    client changed = *recent.recall("web", start);
    changed.disabled = true;
    ASSERT_TRUE(test::run(recent.update(changed)));
    EXPECT_FALSE(knows("web"));
    find("web");
    EXPECT_TRUE(recent.recall("web", start)->disabled);
    ASSERT_TRUE(test::run(recent.remove("web")));
    EXPECT_FALSE(knows("web"));
}

TEST_F(RecentClients, ForgetsAlsoWhenAChangeSeemsToHaveFailed) {
    find("web");
    store.rows.broken = true;
    ASSERT_FALSE(test::run(recent.update(*recent.recall("web", start))));
    EXPECT_FALSE(knows("web"));
}

TEST_F(RecentClients, DoesNotKeepWhatWasReadBeforeAChange) {
    store.meanwhile = [this] { recent.note_changes(2, start); };
    ASSERT_TRUE(find("web"));
    EXPECT_FALSE(knows("web"));
    store.meanwhile = [this] { test::run(recent.update(store.rows.rows["web"])); };
    ASSERT_TRUE(find("web"));
    EXPECT_FALSE(knows("web"));
}

TEST_F(RecentClients, RemembersSoManyAndNoMore) {
    for (std::size_t i = 0; i <= recent_clients::capacity; ++i) {
        const auto id = "client" + std::to_string(i);
        add(id);
        find(id);
        EXPECT_TRUE(knows(id));
    }
    EXPECT_FALSE(knows("client0"));
}

// Of most worth under ThreadSanitizer.
TEST_F(RecentClients, NeverRecallsWhatAChangeHasReplaced) {
    std::atomic<std::int64_t> acknowledged{0};
    std::atomic<bool> stop{false};
    std::atomic<int> stale{0};
    std::mutex one_at_a_time;  // the memory store has no lock of its own
    std::vector<std::thread> readers;
    for (int t = 0; t < 2; ++t)
        readers.emplace_back([&] {
            while (!stop) {
                const auto before = acknowledged.load();
                if (const auto* known = recent.recall("web", start)) {
                    if (known->updated_at < unix_time{std::chrono::milliseconds{before}}) ++stale;
                } else {
                    const std::lock_guard lock(one_at_a_time);
                    find("web");
                }
            }
        });
    client changed = store.rows.rows["web"];
    for (int i = 1; i <= 500; ++i) {
        changed.updated_at = unix_time{std::chrono::milliseconds{i}};
        {
            const std::lock_guard lock(one_at_a_time);
            ASSERT_TRUE(test::run(recent.update(changed)));
        }
        acknowledged = i;
    }
    stop = true;
    for (auto& reader : readers)
        reader.join();
    EXPECT_EQ(stale, 0);
}

}  // namespace
}  // namespace latchkey::clients
