// What every clients::client_store does.
#include "clients/client_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "conformance/backing.hpp"
#include "support/run_task.hpp"

namespace latchkey::test {
namespace {

using namespace std::chrono_literals;
using clients::client;

class ClientStore : public testing::TestWithParam<make_backing> {
protected:
    clients::client_store& clients() { return backing_->clients(); }
    manual_clock& clock() { return backing_->clock; }

    client make_client(const std::string& id) {
        client made;
        made.client_id = id;
        made.client_name = "The client " + id;
        made.grant_types = {"client_credentials"};
        made.created_at = made.updated_at = clock().now();
        made.secrets.push_back(clients::generate_client_secret(clock().now()).stored);
        return made;
    }

    std::unique_ptr<backing> backing_ = GetParam()();
};

void expect_equal(const client& kept, const client& wanted) {
    EXPECT_EQ(kept.client_id, wanted.client_id);
    EXPECT_EQ(kept.client_name, wanted.client_name);
    EXPECT_EQ(kept.type, wanted.type);
    EXPECT_EQ(kept.grant_types, wanted.grant_types);
    EXPECT_EQ(kept.scopes, wanted.scopes);
    EXPECT_EQ(kept.audience, wanted.audience);
    EXPECT_EQ(kept.access_lifetime, wanted.access_lifetime);
    EXPECT_EQ(kept.disabled, wanted.disabled);
    EXPECT_EQ(kept.created_at, wanted.created_at);
    EXPECT_EQ(kept.updated_at, wanted.updated_at);
    ASSERT_EQ(kept.secrets.size(), wanted.secrets.size());
    for (std::size_t i = 0; i < kept.secrets.size(); ++i) {
        EXPECT_EQ(kept.secrets[i].id, wanted.secrets[i].id);
        EXPECT_EQ(kept.secrets[i].digest, wanted.secrets[i].digest);
        EXPECT_EQ(kept.secrets[i].created_at, wanted.secrets[i].created_at);
    }
}

TEST_P(ClientStore, KeepsEveryMemberOfAClient) {
    auto full = make_client("full");
    full.client_name = "Zo\u00EB's 'client'";
    full.grant_types = {"client_credentials", "password", "refresh_token"};
    full.scopes = {"items", "me"};
    full.audience = "https://api.example";
    full.access_lifetime = 90s;
    full.disabled = true;
    full.updated_at += 1ms;
    full.secrets.push_back(clients::generate_client_secret(clock().now() - 5s).stored);
    ASSERT_TRUE(run(clients().insert(full)));
    expect_equal(run(clients().find("full")).value(), full);

    client bare;
    bare.client_id = "bare";
    bare.type = clients::client_type::public_;
    ASSERT_TRUE(run(clients().insert(bare)));
    expect_equal(run(clients().find("bare")).value(), bare);
}

TEST_P(ClientStore, ASecretStillVerifiesWhenItComesBack) {
    auto made = make_client("api");
    const auto second = clients::generate_client_secret(clock().now());
    made.secrets.push_back(second.stored);
    ASSERT_TRUE(run(clients().insert(made)));
    const auto kept = run(clients().find("api")).value();
    EXPECT_TRUE(clients::verify_client_secret(kept, second.text.view()));
    EXPECT_FALSE(clients::verify_client_secret(kept, "wrong"));
}

TEST_P(ClientStore, AnswersNotFoundForWhatIsNotThere) {
    EXPECT_EQ(run(clients().find("nobody")).error(), errc::not_found);
    EXPECT_EQ(run(clients().find("")).error(), errc::not_found);
    EXPECT_EQ(run(clients().update(make_client("nobody"))).error(), errc::not_found);
    EXPECT_EQ(run(clients().remove("nobody")).error(), errc::not_found);
    EXPECT_TRUE(run(clients().list(std::nullopt, 10)).value().empty());
    EXPECT_EQ(run(clients().count()).value(), 0U);
}

TEST_P(ClientStore, IdsDifferByCase) {
    ASSERT_TRUE(run(clients().insert(make_client("api"))));
    EXPECT_EQ(run(clients().find("API")).error(), errc::not_found);
}

TEST_P(ClientStore, RefusesASecondClientOfTheSameIdAndKeepsTheFirst) {
    const auto first = make_client("api");
    ASSERT_TRUE(run(clients().insert(first)));
    EXPECT_EQ(run(clients().insert(make_client("api"))).error(), errc::client_exists);
    expect_equal(run(clients().find("api")).value(), first);
}

TEST_P(ClientStore, UpdateReplacesAllButIdAndCreation) {
    ASSERT_TRUE(run(clients().insert(make_client("api"))));
    const auto created = clock().now();
    clock().advance(5s);
    auto changed = make_client("api");
    changed.client_name = "renamed";
    changed.scopes = {"items"};
    changed.disabled = true;
    ASSERT_TRUE(run(clients().update(changed)));
    changed.created_at = created;
    expect_equal(run(clients().find("api")).value(), changed);
    changed.secrets.clear();
    ASSERT_TRUE(run(clients().update(changed)));
    expect_equal(run(clients().find("api")).value(), changed);
}

TEST_P(ClientStore, ListsByIdPageByPage) {
    for (const char* id : {"d", "a", "c", "e", "b"})
        ASSERT_TRUE(run(clients().insert(make_client(id))));
    std::string seen;
    std::optional<std::string> after;
    for (;;) {
        const auto page = run(clients().list(after, 2)).value();
        EXPECT_LE(page.size(), 2U);
        if (page.empty()) break;
        for (const auto& each : page) {
            seen += each.client_id;
            EXPECT_EQ(each.secrets.size(), 1U);
        }
        after = page.back().client_id;
    }
    EXPECT_EQ(seen, "abcde");
    EXPECT_EQ(run(clients().count()).value(), 5U);
}

TEST_P(ClientStore, RemovingAClientEndsItsSessionsAndNoOthers) {
    const auto alice = make_user(clock(), "alice");
    ASSERT_TRUE(run(backing_->users().insert(alice, "alice")));
    for (const char* id : {"spa", "app"})
        ASSERT_TRUE(run(clients().insert(make_client(id))));
    const auto ended = make_session(clock(), alice.user.id, "spa");
    const auto others = make_session(clock(), alice.user.id, "app");
    const auto nobodys = make_session(clock(), alice.user.id, "");
    for (const auto& each : {ended, others, nobodys})
        ASSERT_TRUE(run(backing_->sessions().open(each, clock().now())));
    ASSERT_TRUE(run(clients().remove("spa")));
    EXPECT_EQ(run(clients().find("spa")).error(), errc::not_found);
    EXPECT_EQ(run(backing_->sessions().find(ended.id)).error(), errc::not_found);
    EXPECT_TRUE(backing_->revocations.ended(ended.id.value, clock().now()));
    EXPECT_TRUE(run(backing_->sessions().find(others.id)));
    EXPECT_TRUE(run(backing_->sessions().find(nobodys.id)));
    auto again = make_client("spa");
    ASSERT_TRUE(run(clients().insert(again)));
    expect_equal(run(clients().find("spa")).value(), again);
}

TEST_P(ClientStore, OfManyAtOnceExactlyOneIsRegistered) {
    std::vector<task<result<void>>> works;
    for (int i = 0; i < 40; ++i)
        works.push_back(clients().insert(make_client("api")));
    const auto outcomes = run_all(std::move(works));
    EXPECT_EQ(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& r) { return r.has_value(); }),
              1);
    EXPECT_EQ(run(clients().find("api")).value().secrets.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, ClientStore, testing::Values(&make_sqlite_backing));

}  // namespace
}  // namespace latchkey::test
