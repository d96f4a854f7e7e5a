#include "users/authenticator.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "passwords/memory.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_user_store.hpp"
#include "support/run_task.hpp"

namespace latchkey::users {
namespace {

using namespace std::chrono_literals;

constexpr passwords::argon2_parameters cheap{.memory_kib = 1024, .passes = 1, .lanes = 1};
constexpr passwords::argon2_parameters cheaper{.memory_kib = 512, .passes = 1, .lanes = 1};

passwords::hash_pool_settings settings_of(passwords::argon2_parameters parameters) {
    passwords::hash_pool_settings lane;
    lane.queue_limit = 16;
    lane.parameters = parameters;
    return lane;
}

secret text(std::string_view bytes) {
    return secret(bytes);
}

/// A store that moves the clock while it looks an account up, or does not answer.
class slow_store final : public test::memory_user_store {
public:
    slow_store(tokens::revocations& revocations, test::manual_clock& clock)
        : memory_user_store(revocations, clock), clock_(clock) {}
    task<result<stored_user>> find_by_username(std::string canonical) override {
        clock_.advance(7ms);
        if (broken) co_return errc::store_unavailable;
        co_return co_await memory_user_store::find_by_username(std::move(canonical));
    }
    task<result<void>> upgrade_hash(user_id id, std::string expected, std::string fresh) override {
        ++upgrades;
        if (broken_upgrade) co_return errc::store_unavailable;
        co_return co_await memory_user_store::upgrade_hash(id, std::move(expected), std::move(fresh));
    }
    bool broken = false;
    bool broken_upgrade = false;
    int upgrades = 0;

private:
    test::manual_clock& clock_;
};

class Authenticator : public testing::Test {
protected:
    void SetUp() override {
        init_crypto();
        add("alice", run_hash(pool_, "correct horse battery"));
    }
    static std::string run_hash(passwords::hash_pool& pool, std::string_view password) {
        return test::run(pool.hash(text(password))).value();
    }
    user_id add(const std::string& name, const std::string& hash) {
        stored_user added;
        added.user.id = {crypto::uuid::v7(clock_.now())};
        added.user.username = name;
        added.password_hash = hash;
        EXPECT_TRUE(test::run(store_.insert(added, name)));
        return added.user.id;
    }
    result<authenticated_user> attempt(std::string name, std::string_view password) {
        return test::run(authenticator_.authenticate(std::move(name), text(password)));
    }
    errc refusal(std::string name, std::string_view password) {
        const auto outcome = attempt(std::move(name), password);
        return outcome ? errc{} : outcome.error();
    }

    test::manual_clock clock_;
    tokens::revocations revocations_;
    slow_store store_{revocations_, clock_};
    passwords::hash_pool pool_{settings_of(cheap)};
    authenticator authenticator_{store_, pool_, clock_};
};

TEST_F(Authenticator, LooksNobodyUpWhileNoPasswordCouldBeChecked) {
    auto full = settings_of(cheap);
    full.queue_limit = 0;
    passwords::hash_pool pool(full);
    authenticator refusing(store_, pool, clock_);
    const auto before = store_.lookups();
    for (const auto* name : {"alice", "nobody"}) {
        const auto outcome = test::run(refusing.authenticate(name, text("correct horse battery")));
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error(), errc::overloaded);
    }
    EXPECT_EQ(store_.lookups(), before);
}

TEST_F(Authenticator, KnowsWhoHasTheRightPassword) {
    const auto outcome = attempt("ALICE", "correct horse battery");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->user.username, "alice");
    EXPECT_EQ(store_.upgrades, 0);
}

TEST_F(Authenticator, TakesTheTimeBeforeItReadsTheAccount) {
    const auto before = clock_.now();
    EXPECT_EQ(attempt("alice", "correct horse battery").value().authenticated_at, before);
    EXPECT_GT(clock_.now(), before);
}

TEST_F(Authenticator, AnswersTheSameForEverythingThatIsWrong) {
    const auto blocked = add("blocked", run_hash(pool_, "correct horse battery"));
    ASSERT_TRUE(test::run(store_.set_disabled(blocked, true)));
    add("odd", "$2b$12$notahashthatanyengineknows");
    EXPECT_EQ(refusal("alice", "wrong"), errc::invalid_credentials);
    EXPECT_EQ(refusal("alice", ""), errc::invalid_credentials);
    EXPECT_EQ(refusal("nobody", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal("blocked", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal("odd", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal("", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal(" alice", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal("\xFF", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(refusal("alice", "correct horse battery\xFF"), errc::invalid_credentials);
    EXPECT_EQ(refusal("alice", std::string(5000, 'x')), errc::invalid_credentials);
}

TEST_F(Authenticator, LooksUpOnceWhateverIsSent) {
    for (const auto& [name, password] : {std::pair<std::string, std::string>{"alice", "wrong"},
                                         {"nobody", "wrong"},
                                         {"", "wrong"},
                                         {"\xFF", "wrong"},
                                         {"alice", "\xFF"},
                                         {"alice", std::string(5000, 'x')}}) {
        const auto before = store_.lookups();
        (void)attempt(name, password);
        EXPECT_EQ(store_.lookups(), before + 1) << testing::PrintToString(name);
    }
}

TEST_F(Authenticator, HashesEvenWhatCannotMatch) {
    // A lane that is stopped refuses every hash: whoever answers otherwise did not ask it.
    pool_.stop();
    for (const auto& [name, password] : {std::pair<std::string, std::string>{"alice", "wrong"},
                                         {"nobody", "wrong"},
                                         {"", "wrong"},
                                         {"\xFF", "wrong"},
                                         {"alice", "\xFF"},
                                         {"alice", std::string(5000, 'x')}}) {
        EXPECT_EQ(refusal(name, password), errc::shutting_down) << testing::PrintToString(name);
    }
}

TEST_F(Authenticator, SaysNothingAboutCredentialsWhenTheStoreIsAway) {
    store_.broken = true;
    EXPECT_EQ(refusal("alice", "correct horse battery"), errc::store_unavailable);
    EXPECT_EQ(refusal("nobody", "wrong"), errc::store_unavailable);
}

TEST_F(Authenticator, NormalisesThePasswordItCompares) {
    add("zoe", run_hash(pool_, "caf\u00E9 au lait, please"));
    EXPECT_TRUE(attempt("zoe", "cafe\u0301 au lait, please"));
}

TEST_F(Authenticator, ChecksANameThatNobodyHasAgainstWhatTheStoreHas) {
    // Hashes that need more memory than there is say which of them was taken.
    auto tight = settings_of(cheap);
    tight.memory_budget = passwords::lane_memory(1, cheap);
    passwords::hash_pool pool(tight);
    slow_store store(revocations_, clock_);
    authenticator by(store, pool, clock_);
    stored_user greedy;
    greedy.user.id = {crypto::uuid::v7(clock_.now())};
    greedy.user.username = "alice";
    greedy.password_hash =
        "$argon2id$v=19$m=1048576,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    ASSERT_TRUE(test::run(store.insert(greedy, "alice")));
    EXPECT_EQ(test::run(by.authenticate("nobody", text("x"))).error(), errc::invalid_credentials);
    ASSERT_TRUE(test::run(by.follow_stored_hashes()));
    for (const std::string name : {"alice", "nobody", "", "\xFF"})
        EXPECT_EQ(test::run(by.authenticate(name, text("x"))).error(), errc::out_of_memory)
            << testing::PrintToString(name);
}

class OutdatedHash : public Authenticator {
protected:
    void SetUp() override {
        init_crypto();
        passwords::hash_pool old(settings_of(cheaper));
        stored_ = run_hash(old, "correct horse battery");
        id_ = add("alice", stored_);
    }
    std::string hash() { return test::run(store_.find_by_username("alice")).value().password_hash; }
    std::string stored_;
    user_id id_;
};

TEST_F(OutdatedHash, IsReplacedAtLogin) {
    ASSERT_TRUE(attempt("alice", "correct horse battery"));
    EXPECT_NE(hash(), stored_);
    ASSERT_TRUE(attempt("alice", "correct horse battery"));
    EXPECT_EQ(store_.upgrades, 1);
}

TEST_F(OutdatedHash, IsNotReplacedByAWrongPasswordOrForADisabledUser) {
    EXPECT_EQ(refusal("alice", "wrong"), errc::invalid_credentials);
    ASSERT_TRUE(test::run(store_.set_disabled(id_, true)));
    EXPECT_EQ(refusal("alice", "correct horse battery"), errc::invalid_credentials);
    EXPECT_EQ(store_.upgrades, 0);
    EXPECT_EQ(hash(), stored_);
}

TEST_F(OutdatedHash, ThatCannotBeReplacedDoesNotFailTheLogin) {
    store_.broken_upgrade = true;
    EXPECT_TRUE(attempt("alice", "correct horse battery"));
    EXPECT_EQ(store_.upgrades, 1);
    EXPECT_EQ(hash(), stored_);
}

}  // namespace
}  // namespace latchkey::users
