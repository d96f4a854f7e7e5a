// What every tokens::key_store does, with a master key and without.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "conformance/backing.hpp"
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

class KeyStore : public testing::TestWithParam<const char*> {
protected:
    tokens::key_store& keys() { return opened_.store->keys(); }
    temporary_directory directory_;
    manual_clock clock_;
    opened_store opened_{directory_.path() / "latchkey.db", clock_, GetParam()};
};

TEST_P(KeyStore, KeepsEveryMemberOfAKey) {
    auto key = make_key("kid-1", clock_.now());
    key.algorithm = tokens::algorithm::eddsa;
    key.retired_at = clock_.now() + 2min;
    ASSERT_TRUE(run(keys().put_key(std::move(key))));
    const auto kept = run(keys().list_keys()).value();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].kid, "kid-1");
    EXPECT_EQ(kept[0].algorithm, tokens::algorithm::eddsa);
    EXPECT_EQ(kept[0].material.view(), "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(kept[0].created_at, clock_.now());
    EXPECT_EQ(kept[0].not_before, clock_.now() + 1min);
    EXPECT_EQ(kept[0].retired_at, clock_.now() + 2min);
}

TEST_P(KeyStore, PutReplacesByKidAndRemoveRemoves) {
    ASSERT_TRUE(run(keys().put_key(make_key("kid-1", clock_.now()))));
    auto retired = make_key("kid-1", clock_.now());
    retired.retired_at = clock_.now();
    ASSERT_TRUE(run(keys().put_key(std::move(retired))));
    ASSERT_TRUE(run(keys().put_key(make_key("kid-2", clock_.now()))));
    const auto kept = run(keys().list_keys()).value();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].retired_at, clock_.now());
    EXPECT_EQ(kept[1].retired_at, std::nullopt);
    ASSERT_TRUE(run(keys().remove_key("kid-1")));
    ASSERT_TRUE(run(keys().remove_key("kid-1")));
    EXPECT_EQ(run(keys().list_keys()).value().size(), 1U);
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
    opened_store again(directory_.path() / "latchkey.db", clock_, GetParam());
    EXPECT_EQ(
        run(again.store->keys().ensure_secret("refresh", secret(std::string_view("late")))).value().view(),
        "first");
    EXPECT_TRUE(run(keys().list_keys()).value().empty());
}

INSTANTIATE_TEST_SUITE_P(SqliteOpen, KeyStore, testing::Values(nullptr));
INSTANTIATE_TEST_SUITE_P(SqliteSealed, KeyStore, testing::Values(some_master_key));

class SealedKeys : public testing::Test {
protected:
    temporary_directory directory_;
    std::filesystem::path file_ = directory_.path() / "latchkey.db";
    manual_clock clock_;
};

TEST_F(SealedKeys, AreRefusedWithoutTheMasterKeyAndWithAnother) {
    {
        opened_store sealed(file_, clock_, some_master_key);
        ASSERT_TRUE(run(sealed.store->keys().put_key(make_key("kid-1", clock_.now()))));
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
        ASSERT_TRUE(run(open.store->keys().put_key(make_key("kid-1", clock_.now()))));
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
