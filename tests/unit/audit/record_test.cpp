#include "audit/record.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/hex.hpp"

namespace latchkey::audit {
namespace {

using testing::HasSubstr;

const std::vector<std::uint8_t> key_bytes(32, 7);
const crypto::hmac_sha256 key{key_bytes};
const crypto::hmac_sha256 other_key{std::vector<std::uint8_t>(32, 8)};
constexpr unix_time noon{std::chrono::milliseconds(1'790'000'000'123)};

std::string line_of(const event& what, chain_end end = {}) {
    std::string line;
    append_record(line, end, noon, what, key);
    line.pop_back();
    return line;
}

TEST(AuditRecord, IsTheDocumentedLine) {
    // Computed with Python's hashlib and hmac.
    std::string line;
    chain_end end;
    append_record(line, end, noon, event("service_started"), key);
    EXPECT_EQ(line, R"({"seq":1,"time":"2026-09-21T14:13:20.123Z","event":"service_started",)"
                    R"("previous":"0000000000000000000000000000000000000000000000000000000000000000",)"
                    R"("hash":"8c1c1bf613e5e17302638a1a6126ba026f66ba8a188c4c819cfbac53ce147771",)"
                    R"("mac":"bd8f944bc8498f090257f424301f00f0ecfe9de59e5b06c21a24e869a79d0b6a"})"
                    "\n");
    EXPECT_EQ(end.sequence, 1u);
    EXPECT_THAT(line, HasSubstr(hex::encode(end.hash)));
}

TEST(AuditRecord, IsReadBackAsItWasWritten) {
    chain_end end;
    std::string lines;
    append_record(lines, end, noon, event("a"), key);
    const chain_end first = end;
    const auto second_at = lines.size();
    append_record(lines, end, noon, event("b"), key);
    const auto second = parse_record(std::string_view(lines).substr(second_at, lines.size() - second_at - 1));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->sequence, 2u);
    EXPECT_EQ(second->previous, first.hash);
    EXPECT_EQ(second->hash, end.hash);
    EXPECT_TRUE(second->is_unchanged);
    EXPECT_TRUE(is_authentic(*second, key));
    EXPECT_FALSE(is_authentic(*second, other_key));
}

TEST(AuditRecord, ShowsAnyByteThatWasChanged) {
    const std::string line = line_of(event("login_failed"));
    for (std::size_t i = 0; i < line.size(); ++i) {
        std::string changed = line;
        changed[i] = changed[i] == '0' ? '1' : '0';
        const auto read = parse_record(changed);
        EXPECT_FALSE(read && read->is_unchanged && is_authentic(*read, key)) << "byte " << i;
    }
}

TEST(AuditRecord, RefusesWhatHasNotItsShape) {
    const std::string line = line_of(event("x"));
    for (const std::string& bad :
         {std::string(), std::string("{}"), line + " ", line.substr(0, line.size() - 1), line + "\n",
          line + line, std::string(max_record_size, 'x'), "[" + line + "]"})
        EXPECT_FALSE(parse_record(bad)) << bad.substr(0, 80);
}

TEST(AuditRecord, NamesAnAttemptedNameByAHashThatOnlyTheKeyCanMake) {
    const auto attempt = [](std::string_view name, const crypto::hmac_sha256& by) {
        event e("login_failed");
        e.add_attempted_name(name);
        std::string line;
        chain_end end;
        append_record(line, end, noon, e, by);
        const auto at = line.find(R"("username_hash":")");
        return line.substr(at, line.find(',', at) - at);
    };
    EXPECT_EQ(attempt("hunter2", key), attempt("hunter2", key));
    EXPECT_NE(attempt("hunter2", key), attempt("hunter3", key));
    EXPECT_NE(attempt("hunter2", key), attempt("hunter2", other_key));
    EXPECT_EQ(attempt("hunter2", key).find("hunter"), std::string::npos);
    EXPECT_EQ(attempt("hunter2", key).size(), std::string_view(R"("username_hash":"")").size() + 32);
}

}  // namespace
}  // namespace latchkey::audit
