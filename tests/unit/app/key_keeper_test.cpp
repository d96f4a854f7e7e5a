#include "app/key_keeper.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"
#include "support/memory_key_store.hpp"
#include "support/run_task.hpp"

namespace latchkey::app {
namespace {

using namespace std::chrono_literals;
using tokens::algorithm;

constexpr auto lifetime = std::chrono::hours(24 * 90);

class KeyKeeper : public testing::Test {
protected:
    using loaded = result<std::shared_ptr<const tokens::key_ring>>;

    loaded load(algorithm a = algorithm::es256, std::optional<secret> shared = {}) {
        key_keeper keeper(store_, clock_, {.algorithm = a, .key_lifetime = lifetime}, std::move(shared));
        return test::run(keeper.load());
    }
    std::string signer(const loaded& ring) {
        const auto* entry = ring.value()->signer(clock_.now());
        return entry == nullptr ? "" : std::string(entry->key->kid());
    }
    std::vector<tokens::key_record> stored() { return test::run(store_.list_keys()).value(); }
    void change(tokens::key_changes changes) {
        ASSERT_TRUE(test::run(store_.change_keys(std::move(changes))));
    }

    test::memory_key_store store_;
    test::manual_clock clock_;
};

TEST_F(KeyKeeper, MakesTheFirstKeyWhichSignsAtOnce) {
    const auto ring = load();
    ASSERT_EQ(stored().size(), 1U);
    EXPECT_EQ(stored()[0].algorithm, algorithm::es256);
    EXPECT_EQ(signer(ring), stored()[0].kid);
}

TEST_F(KeyKeeper, TwoProcessesThatStartHaveTheSameKey) {
    EXPECT_EQ(signer(load()), signer(load()));
    EXPECT_EQ(stored().size(), 1U);
}

TEST_F(KeyKeeper, PublishesTheSuccessorBeforeItSignsAndForgetsTheOldKeyInTheEnd) {
    const auto first = signer(load());
    clock_.advance(lifetime - 15min);
    const auto published = load();
    EXPECT_EQ(published.value()->entries().size(), 2U);
    EXPECT_EQ(signer(published), first);
    clock_.advance(15min);
    const auto second = signer(load());
    EXPECT_NE(second, first);
    clock_.advance(25h + 1ms);
    const auto last = load();
    EXPECT_EQ(last.value()->entries().size(), 1U);
    EXPECT_EQ(signer(last), second);
}

TEST_F(KeyKeeper, ChangesNothingWhenNothingIsDue) {
    load().value();
    const int writes = store_.writes();
    clock_.advance(24h);
    load().value();
    EXPECT_EQ(store_.writes(), writes);
}

TEST_F(KeyKeeper, GoesOnWithTheKeysItHasWhenTheStoreCannotBeWritten) {
    const auto first = signer(load());
    clock_.advance(lifetime);
    store_.refuse_writes(errc::store_unavailable);
    EXPECT_EQ(signer(load()), first);
}

TEST_F(KeyKeeper, CountsTheRotationsThatFailed) {
    key_keeper keeper(store_, clock_, {.algorithm = algorithm::es256, .key_lifetime = lifetime}, {});
    test::run(keeper.load()).value();
    EXPECT_EQ(keeper.rotation_failures(), 0U);
    clock_.advance(lifetime);
    store_.refuse_writes(errc::store_unavailable);
    test::run(keeper.load()).value();
    test::run(keeper.load()).value();
    EXPECT_EQ(keeper.rotation_failures(), 2U);
}

TEST_F(KeyKeeper, PromisesALifetimeOnlyForKeysThatItRotates) {
    const auto promised = [&](std::chrono::milliseconds configured, std::optional<secret> shared = {}) {
        return key_keeper(store_, clock_, {.key_lifetime = configured}, std::move(shared)).key_lifetime();
    };
    EXPECT_EQ(promised(lifetime), lifetime);
    EXPECT_EQ(promised(0ms), std::nullopt);
    EXPECT_EQ(promised(lifetime, secret(std::string_view("a secret that the backends share as well"))),
              std::nullopt);
}

TEST_F(KeyKeeper, FailsWhenNoKeySignsAndNoneCanBeMade) {
    store_.refuse_writes(errc::store_unavailable);
    EXPECT_EQ(load().error(), errc::store_unavailable);
}

TEST_F(KeyKeeper, MakesAKeyAtOnceWhenTheLastOneWasRemoved) {
    const auto leaked = signer(load());
    tokens::key_changes removal;
    removal.remove.push_back(leaked);
    change(std::move(removal));
    const auto ring = load();
    EXPECT_EQ(ring.value()->entries().size(), 1U);
    EXPECT_NE(signer(ring), leaked);
    EXPECT_NE(signer(ring), "");
}

TEST_F(KeyKeeper, KeysOfAnotherAlgorithmVerifyAndSignNoMore) {
    const auto old = signer(load(algorithm::hs256));
    const auto ring = load(algorithm::es256);
    ASSERT_EQ(ring.value()->entries().size(), 2U);
    EXPECT_NE(signer(ring), old);
    // In the store it is not retired: a process of the old configuration may run beside this one.
    for (const auto& key : stored())
        EXPECT_EQ(key.retired_at, std::nullopt);
    EXPECT_EQ(signer(load(algorithm::hs256)), old);
}

TEST_F(KeyKeeper, ASharedSecretIsTheOnlyKeyAndIsNotStored) {
    load().value();
    const auto before = stored().size();
    const auto shared = [] { return secret(std::string_view("a secret that the backends share as well")); };
    const auto ring = load(algorithm::es256, shared());
    ASSERT_EQ(ring.value()->entries().size(), 1U);
    EXPECT_EQ(ring.value()->entries()[0].key->algorithm(), algorithm::hs256);
    EXPECT_EQ(stored().size(), before);
    EXPECT_EQ(signer(ring), signer(load(algorithm::es256, shared())));
    EXPECT_NE(signer(ring), signer(load(algorithm::es256,
                                        secret(std::string_view("another secret of backends, as long")))));
}

}  // namespace
}  // namespace latchkey::app
