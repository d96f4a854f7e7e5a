// What every tokens::key_store does, with a master key and without.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "conformance/backing.hpp"
#include "support/memory_key_store.hpp"
#include "support/run_task.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* some_master_key = "an example master key of the tests, long enough";

tokens::key_record make_key(std::string kid, unix_time created) {
    tokens::key_record key;
    key.kid = std::move(kid);
    key.algorithm = tokens::algorithm::hs256;
    key.material = secret(std::string_view("0123456789abcdef0123456789abcdef"));
    key.created_at = created;
    key.not_before = created + 1min;
    return key;
}

tokens::key_changes adding(tokens::key_record key) {
    tokens::key_changes changes;
    changes.add.push_back(std::move(key));
    return changes;
}

/// What the suite runs against.
class key_backing {
public:
    virtual ~key_backing() = default;
    virtual tokens::key_store& keys() = 0;
    manual_clock clock;
};

class memory_key_backing final : public key_backing {
public:
    tokens::key_store& keys() override { return store_; }

private:
    memory_key_store store_;
};

class sqlite_key_backing final : public key_backing {
public:
    explicit sqlite_key_backing(const char* master_key)
        : opened_(directory_.path() / "latchkey.db", clock, master_key) {}
    tokens::key_store& keys() override { return opened_.store->keys(); }

private:
    temporary_directory directory_;
    opened_store opened_;
};

using make_key_backing = std::unique_ptr<key_backing> (*)();

class KeyStore : public testing::TestWithParam<make_key_backing> {
protected:
    tokens::key_store& keys() { return backing_->keys(); }
    std::vector<tokens::key_record> listed() { return run(keys().list_keys()).value(); }
    std::optional<unix_time> retired_at(const std::string& kid) {
        const auto all = listed();
        return std::ranges::find(all, kid, &tokens::key_record::kid)->retired_at;
    }
    void add(tokens::key_record key) { ASSERT_TRUE(run(keys().change_keys(adding(std::move(key))))); }
    void retire(std::string kid, unix_time at) {
        tokens::key_changes changes;
        changes.retire.push_back({std::move(kid), at});
        ASSERT_TRUE(run(keys().change_keys(std::move(changes))));
    }
    void remove(std::string kid) {
        tokens::key_changes changes;
        changes.remove.push_back(std::move(kid));
        ASSERT_TRUE(run(keys().change_keys(std::move(changes))));
    }
    std::unique_ptr<key_backing> backing_ = GetParam()();
    manual_clock& clock_ = backing_->clock;
};

TEST_P(KeyStore, KeepsEveryMemberOfAKey) {
    auto key = make_key("kid-1", clock_.now());
    key.algorithm = tokens::algorithm::eddsa;
    key.retired_at = clock_.now() + 2min;
    add(std::move(key));
    const auto kept = listed();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].kid, "kid-1");
    EXPECT_EQ(kept[0].algorithm, tokens::algorithm::eddsa);
    EXPECT_EQ(kept[0].material.view(), "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(kept[0].created_at, clock_.now());
    EXPECT_EQ(kept[0].not_before, clock_.now() + 1min);
    EXPECT_EQ(kept[0].retired_at, clock_.now() + 2min);
}

TEST_P(KeyStore, AddsRetiresAndRemovesInOneStep) {
    add(make_key("leaked", clock_.now()));
    add(make_key("old", clock_.now()));
    auto changes = adding(make_key("fresh", clock_.now()));
    changes.retire.push_back({"old", clock_.now() + 1h});
    changes.remove.push_back("leaked");
    ASSERT_TRUE(run(keys().change_keys(std::move(changes))));
    ASSERT_EQ(listed().size(), 2U);
    EXPECT_EQ(retired_at("fresh"), std::nullopt);
    EXPECT_EQ(retired_at("old"), clock_.now() + 1h);
}

TEST_P(KeyStore, ARetirementIsBroughtForwardAndNeverPutOff) {
    add(make_key("kid-1", clock_.now()));
    retire("kid-1", clock_.now() + 15min);  // a rotation
    retire("kid-1", clock_.now());          // an administrator, at once
    EXPECT_EQ(retired_at("kid-1"), clock_.now());
    retire("kid-1", clock_.now() + 15min);  // the same rotation in another process, which saw neither
    EXPECT_EQ(retired_at("kid-1"), clock_.now());
}

TEST_P(KeyStore, ARemovedKeyDoesNotComeBackWithItsRetirement) {
    add(make_key("kid-1", clock_.now()));
    remove("kid-1");
    retire("kid-1", clock_.now() + 15min);
    EXPECT_TRUE(listed().empty());
    remove("kid-1");
}

TEST_P(KeyStore, AddingAKeyThatIsThereChangesNothing) {
    add(make_key("kid-1", clock_.now()));
    retire("kid-1", clock_.now());
    auto stale = make_key("kid-1", clock_.now());
    stale.material = secret(std::string_view("another key that has the very same kid"));
    add(std::move(stale));
    EXPECT_EQ(listed()[0].material.view(), "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(retired_at("kid-1"), clock_.now());
}

/// An administrator who removes a leaked key, and rotations that come after him with a list that is old by
/// then.
TEST_P(KeyStore, WhoeverComesLastUndoesNothing) {
    for (int round = 0; round < 20; ++round) {
        const std::string leaked = "leaked-" + std::to_string(round), old = "old-" + std::to_string(round);
        add(make_key(leaked, clock_.now()));
        add(make_key(old, clock_.now()));
        std::vector<task<result<void>>> works;
        for (int i = 0; i < 4; ++i) {
            tokens::key_changes rotation;
            rotation.retire = {{leaked, clock_.now() + 15min}, {old, clock_.now() + 15min}};
            tokens::key_changes administrator;
            administrator.retire = {{old, clock_.now()}};
            administrator.remove = {leaked};
            works.push_back(keys().change_keys(std::move(administrator)));
            works.push_back(keys().change_keys(std::move(rotation)));
        }
        for (const auto& each : run_all(std::move(works)))
            ASSERT_TRUE(each);
        EXPECT_EQ(retired_at(old), clock_.now());
        EXPECT_EQ(std::ranges::count(listed(), leaked, &tokens::key_record::kid), 0);
    }
}

TEST_P(KeyStore, OfManyFirstStartsExactlyOneKeyIsKept) {
    std::vector<task<result<std::vector<tokens::key_record>>>> works;
    for (int i = 0; i < 20; ++i)
        works.push_back(keys().ensure_key(make_key("kid-" + std::to_string(i), clock_.now())));
    const auto outcomes = run_all(std::move(works));
    for (const auto& each : outcomes) {
        ASSERT_EQ(each.value().size(), 1U);
        EXPECT_EQ(each.value()[0].kid, outcomes[0].value()[0].kid);
    }
}

TEST_P(KeyStore, ANamedSecretIsTheFirstThatWasOffered) {
    EXPECT_EQ(run(keys().ensure_secret("refresh", secret(std::string_view("first")))).value().view(),
              "first");
    EXPECT_EQ(run(keys().ensure_secret("refresh", secret(std::string_view("second")))).value().view(),
              "first");
    EXPECT_EQ(run(keys().ensure_secret("other", secret(std::string_view("third")))).value().view(), "third");
    EXPECT_TRUE(run(keys().list_keys()).value().empty());
}

std::unique_ptr<key_backing> in_memory() {
    return std::make_unique<memory_key_backing>();
}
std::unique_ptr<key_backing> sqlite_open() {
    return std::make_unique<sqlite_key_backing>(nullptr);
}
std::unique_ptr<key_backing> sqlite_sealed() {
    return std::make_unique<sqlite_key_backing>(some_master_key);
}

INSTANTIATE_TEST_SUITE_P(Memory, KeyStore, testing::Values(&in_memory));
INSTANTIATE_TEST_SUITE_P(SqliteOpen, KeyStore, testing::Values(&sqlite_open));
INSTANTIATE_TEST_SUITE_P(SqliteSealed, KeyStore, testing::Values(&sqlite_sealed));

class SealedKeys : public testing::Test {
protected:
    temporary_directory directory_;
    std::filesystem::path file_ = directory_.path() / "latchkey.db";
    manual_clock clock_;
};

TEST_F(SealedKeys, ANamedSecretOutlivesTheProcess) {
    for (const char* offered : {"first", "second"}) {
        opened_store opened(file_, clock_, some_master_key);
        EXPECT_EQ(run(opened.store->keys().ensure_secret("refresh", secret(std::string_view(offered))))
                      .value()
                      .view(),
                  "first");
    }
}

TEST_F(SealedKeys, AreRefusedWithoutTheMasterKeyAndWithAnother) {
    {
        opened_store sealed(file_, clock_, some_master_key);
        ASSERT_TRUE(run(sealed.store->keys().change_keys(adding(make_key("kid-1", clock_.now())))));
    }
    opened_store without(file_, clock_);
    EXPECT_EQ(run(without.store->keys().list_keys()).error(), errc::unsealing_failed);
    EXPECT_EQ(run(without.store->keys().ensure_key(make_key("kid-2", clock_.now()))).error(),
              errc::unsealing_failed);
    opened_store other(file_, clock_, "another example master key of the tests, long enough");
    EXPECT_EQ(run(other.store->keys().list_keys()).error(), errc::unsealing_failed);
}

TEST_F(SealedKeys, ANamedSecretIsSealedToo) {
    const auto ensured = [](opened_store& in) {
        return run(in.store->keys().ensure_secret("refresh", secret(std::string_view("an open secret"))));
    };
    {
        opened_store open(file_, clock_);
        ASSERT_TRUE(ensured(open));
    }
    {
        opened_store sealed(file_, clock_, some_master_key);
        EXPECT_EQ(ensured(sealed).value().view(), "an open secret");
    }
    opened_store without(file_, clock_);
    EXPECT_EQ(ensured(without).error(), errc::unsealing_failed);
}

TEST_F(SealedKeys, OpenKeysAreSealedWhenAMasterKeyArrives) {
    {
        opened_store open(file_, clock_);
        ASSERT_TRUE(run(open.store->keys().change_keys(adding(make_key("kid-1", clock_.now())))));
    }
    {
        opened_store sealed(file_, clock_, some_master_key);
        EXPECT_EQ(run(sealed.store->keys().list_keys()).value()[0].material.view(),
                  "0123456789abcdef0123456789abcdef");
    }
    opened_store without(file_, clock_);
    EXPECT_EQ(run(without.store->keys().list_keys()).error(), errc::unsealing_failed);
}

}  // namespace
}  // namespace latchkey::test
