#include "audit/verifier.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace latchkey::audit {
namespace {

using testing::HasSubstr;

const crypto::hmac_sha256 key{std::vector<std::uint8_t>(32, 7)};
const crypto::hmac_sha256 foreign{std::vector<std::uint8_t>(32, 8)};

std::vector<std::string> chain(std::size_t length, chain_end end = {}, const crypto::hmac_sha256& by = key,
                               unix_time at = {}) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < length; ++i) {
        std::string line;
        append_record(line, end, at, event("e" + std::to_string(i)), by);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines)
        all += line;
    return all;
}

report verify(const std::string& text, const crypto::hmac_sha256* by = &key) {
    verifier v(by);
    std::istringstream in(text);
    v.read(in, "f");
    return v.so_far();
}

std::string only_finding(const report& r) {
    return r.findings.size() == 1 ? std::to_string(r.findings[0].line) + " " + r.findings[0].what
                                  : std::to_string(r.findings.size()) + " findings";
}

TEST(AuditVerifier, FindsNothingWrongWithAWholeChain) {
    const auto r = verify(joined(chain(5)));
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.records, 5u);
    EXPECT_EQ(r.chains, 1u);
    EXPECT_EQ(r.first_sequence, 1u);
    EXPECT_EQ(r.last.sequence, 5u);
}

TEST(AuditVerifier, FindsARecordThatWasChanged) {
    auto lines = chain(5);
    lines[2].replace(lines[2].find("e2"), 2, "e9");
    EXPECT_THAT(verify(joined(lines)).findings[0].what, HasSubstr("was changed"));
    EXPECT_EQ(verify(joined(lines)).findings[0].line, 3u);
}

TEST(AuditVerifier, FindsRecordsThatWereTakenOut) {
    auto lines = chain(6);
    lines.erase(lines.begin() + 2, lines.begin() + 4);
    EXPECT_EQ(only_finding(verify(joined(lines))), "3 records 3 to 4 are missing before it");
}

TEST(AuditVerifier, FindsRecordsThatChangedPlaces) {
    auto lines = chain(4);
    std::swap(lines[1], lines[2]);
    EXPECT_EQ(verify(joined(lines)).findings_in_all, 3u);
}

TEST(AuditVerifier, FindsARecordThatIsThereTwice) {
    auto lines = chain(3);
    lines.insert(lines.begin() + 1, lines[1]);
    const auto r = verify(joined(lines));
    EXPECT_EQ(r.findings[0].line, 3u);
    EXPECT_EQ(r.findings[0].what, "is there twice");
    EXPECT_GT(verify(joined(chain(2)) + joined(chain(2))).findings_in_all, 0u) << "a whole chain, too";
}

TEST(AuditVerifier, FindsAChainThatWasMadeAnewWithoutTheKey) {
    const auto forged = joined(chain(3, {}, foreign));
    EXPECT_EQ(verify(forged).findings_in_all, 3u);
    EXPECT_EQ(verify(forged, nullptr).findings_in_all, 0u) << "without the key there is only the chain";
}

TEST(AuditVerifier, FindsAnUnfinishedRecordAndWhatIsNoRecord) {
    const auto lines = chain(2);
    EXPECT_THAT(only_finding(verify(lines[0] + lines[1].substr(0, 50))), HasSubstr("2 is not finished"));
    EXPECT_EQ(only_finding(verify(lines[0] + "hello\n" + lines[1])), "2 is not a record");
    EXPECT_EQ(only_finding(verify(lines[0] + std::string(200'000, 'x') + "\n" + lines[1])),
              "2 is not a record");
}

TEST(AuditVerifier, CountsChainsThatBeginAnew) {
    const auto r = verify(joined(chain(3)) + joined(chain(2, {}, key, unix_time(std::chrono::seconds(1)))));
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.chains, 2u);
}

TEST(AuditVerifier, FindsChainsThatChangedPlaces) {
    const auto r = verify(joined(chain(2, {}, key, unix_time(std::chrono::seconds(1)))) + joined(chain(3)));
    EXPECT_THAT(only_finding(r), HasSubstr("3 begins a chain earlier than the record above"));
}

TEST(AuditVerifier, FollowsAChainFromFileToFile) {
    const auto lines = chain(4);
    verifier v(&key);
    std::istringstream older(lines[0] + lines[1]);
    std::istringstream newer(lines[2] + lines[3]);
    v.read(older, "audit.log.1");
    v.read(newer, "audit.log");
    EXPECT_EQ(v.so_far().findings_in_all, 0u);
    EXPECT_EQ(v.so_far().chains, 1u);
}

TEST(AuditVerifier, SaysWhereAFileBeginsWhoseForerunnersItWasNotGiven) {
    const auto r = verify(joined(chain(2, {.sequence = 40, .hash = {1}})));
    EXPECT_EQ(r.findings_in_all, 0u);
    EXPECT_EQ(r.first_sequence, 41u);
}

TEST(AuditVerifier, KeepsTheFirstFindingsAndCountsAll) {
    const auto r = verify(joined(chain(250, {}, foreign)));
    EXPECT_EQ(r.findings.size(), verifier::findings_kept);
    EXPECT_EQ(r.findings_in_all, 250u);
}

}  // namespace
}  // namespace latchkey::audit
