#include "http/message_reader.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace latchkey::http {
namespace {

using step = message_reader::step;

const limits defaults;

/// What a client would see of a stream of bytes: one line for each request, or how it ended.
std::vector<std::string> read_all(const std::vector<std::string>& pieces, const limits& l = defaults) {
    message_reader reader(l);
    std::vector<std::string> seen;
    for (const auto& piece : pieces) {
        std::string_view rest = piece;
        while (!rest.empty()) {
            const auto room = reader.prepare();
            const auto n = std::min(room.size(), rest.size());
            std::copy_n(rest.begin(), n, room.begin());
            reader.commit(n);
            rest.remove_prefix(n);
            for (;;) {
                const step s = reader.advance();
                if (s == step::request_ready) {
                    const request& r = reader.message();
                    seen.push_back(std::string(r.method_text) + " " + std::string(r.path) + "?" +
                                   std::string(r.query) + " " + std::string(r[field::host]) + " [" +
                                   std::string(r.body) + "]");
                    reader.consume();
                } else if (s == step::refused) {
                    seen.push_back("refused " + std::string(name(reader.error())));
                    return seen;
                } else if (s == step::need_more) {
                    break;
                }
            }
        }
    }
    if (!reader.idle()) seen.push_back("unfinished");
    return seen;
}

const std::string get = "GET /items/?a=b HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string post = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string chunked =
    "POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n";

TEST(MessageReader, ReadsRequestsWithEveryKindOfBody) {
    EXPECT_THAT(read_all({get}), testing::ElementsAre("GET /items/?a=b x []"));
    EXPECT_THAT(read_all({post}), testing::ElementsAre("POST /token? x [hello]"));
    EXPECT_THAT(read_all({chunked}), testing::ElementsAre("POST /token? x [hello]"));
}

TEST(MessageReader, GivesTheSameRequestsForEverySplit) {
    const std::string stream = chunked + get + post + "\r\n" + get;
    const auto whole = read_all({stream});
    ASSERT_EQ(whole.size(), 4U);
    for (std::size_t at = 1; at < stream.size(); ++at)
        ASSERT_EQ(read_all({stream.substr(0, at), stream.substr(at)}), whole) << "split at " << at;
    std::vector<std::string> bytes;
    for (const char c : stream)
        bytes.emplace_back(1, c);
    EXPECT_EQ(read_all(bytes), whole);
}

TEST(MessageReader, RefusesTheSameForEverySplit) {
    for (const std::string stream :
         {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", "GET / HTTP/2.1\r\nHost: x\nA: b\r\n\r\n",
          "\x16\x03\x01 a TLS hello", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
        const auto whole = read_all({stream});
        ASSERT_THAT(whole, testing::ElementsAre(testing::StartsWith("refused"))) << stream;
        for (std::size_t at = 1; at < stream.size(); ++at)
            ASSERT_EQ(read_all({stream.substr(0, at), stream.substr(at)}), whole)
                << stream << " split at " << at;
    }
}

TEST(MessageReader, ForgivesOneEmptyLineBeforeARequestAndNoMore) {
    EXPECT_THAT(read_all({"\r\n" + get}), testing::ElementsAre("GET /items/?a=b x []"));
    EXPECT_THAT(read_all({"\r\n\r\n" + get}), testing::ElementsAre("refused malformed_request"));
}

TEST(MessageReader, RefusesAHeaderThatIsLargerThanItsLimitWithoutWaitingForItsEnd) {
    limits l;
    l.header_size = 100;
    EXPECT_THAT(read_all({"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(100, 'a')}, l),
                testing::ElementsAre("refused header_too_large"));
}

TEST(MessageReader, RefusesABareLineFeedBeforeTheLimitOfTheHeaderAndTheLimitBeforeOneBehindIt) {
    limits l;
    l.header_size = 100;
    for (std::size_t size = 90; size < 110; ++size) {
        std::string stream = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
        stream.append(size - stream.size(), 'a').append("\nB: b\r\n\r\n");
        const auto whole = read_all({stream}, l);
        ASSERT_EQ(whole.front(), size < 100 ? "refused malformed_request" : "refused header_too_large")
            << size;
        for (std::size_t at = 1; at < stream.size(); ++at)
            ASSERT_EQ(read_all({stream.substr(0, at), stream.substr(at)}, l), whole)
                << size << " split at " << at;
    }
}

TEST(MessageReader, RefusesABodyThatIsLargerThanItsLimit) {
    limits l;
    l.body_size = 4;
    EXPECT_THAT(read_all({post}, l), testing::ElementsAre("refused body_too_large"));
    EXPECT_THAT(read_all({chunked}, l), testing::ElementsAre("refused body_too_large"));
    l.body_size = 5;
    EXPECT_THAT(read_all({post, chunked}, l), testing::SizeIs(2));
}

TEST(MessageReader, AsksForABodyThatWaitsForContinue) {
    message_reader reader(defaults);
    const std::string header =
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
    const auto feed = [&](std::string_view text) {
        std::ranges::copy(text, reader.prepare().begin());
        reader.commit(text.size());
    };
    feed(header);
    EXPECT_EQ(reader.advance(), step::send_continue);
    EXPECT_TRUE(reader.in_body());
    EXPECT_EQ(reader.advance(), step::need_more);
    feed("a");
    EXPECT_EQ(reader.advance(), step::request_ready);
}

TEST(MessageReader, WipesARequestOnceItIsConsumed) {
    message_reader reader(defaults);
    const std::string text = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\npassword";
    const auto room = reader.prepare();
    std::ranges::copy(text, room.begin());
    reader.commit(text.size());
    ASSERT_EQ(reader.advance(), step::request_ready);
    reader.consume();
    EXPECT_TRUE(std::ranges::all_of(room.first(text.size()), [](char c) { return c == 0; }));
}

TEST(MessageReader, KeepsNothingOfOneRequestInTheNext) {
    message_reader reader(defaults);
    const auto feed = [&](std::string_view text) {
        std::ranges::copy(text, reader.prepare().begin());
        reader.commit(text.size());
        return reader.advance();
    };
    ASSERT_EQ(feed("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer abc\r\n\r\n"), step::request_ready);
    ASSERT_EQ(reader.message().lines(field::authorization), 1);
    reader.consume();
    ASSERT_EQ(feed(get), step::request_ready);
    EXPECT_EQ(reader.message().lines(field::authorization), 0);
    EXPECT_TRUE(reader.message()[field::authorization].empty());
}

/// The X-Request-Id of the unfinished request behind one that was named `before`; all of it arrives in
/// pieces.
std::string id_of_unfinished(const std::string& stream, std::size_t piece) {
    limits l;
    l.body_size = 5000;
    message_reader reader(l);
    const std::string all = "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: before\r\n\r\n" + stream;
    auto last = step::need_more;
    for (std::string_view rest = all; !rest.empty() && last != step::refused;) {
        const auto room = reader.prepare();
        const auto n = std::min({piece, room.size(), rest.size()});
        std::copy_n(rest.begin(), n, room.begin());
        reader.commit(n);
        rest.remove_prefix(n);
        while ((last = reader.advance()) == step::request_ready)
            reader.consume();
    }
    return std::string(reader.unfinished()[field::x_request_id]);
}

TEST(MessageReader, KnowsTheFieldsOfAnUnfinishedRequestWhoseHeaderIsThere) {
    const std::string named = " / HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n";
    const std::string large(6000, 'a');
    for (const auto& stream :
         {"POST" + named + "Content-Length: 5001\r\n\r\n", "GET" + named + "Expect: a\r\n\r\n",
          "GET" + named + "Host: y\r\n\r\n", "GET" + named + "Transfer-Encoding: gzip\r\n\r\n",
          "POST" + named + "Transfer-Encoding: chunked\r\n\r\n1770\r\n" + large,
          "POST" + named + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
          "POST" + named + "Content-Length: 4500\r\n\r\n" + large.substr(0, 4000)})
        for (const std::size_t piece : {1U, 700U, 10'000U})
            EXPECT_EQ(id_of_unfinished(stream, piece), "mine") << stream << " by " << piece;
}

TEST(MessageReader, KnowsNoFieldsOfARequestWhoseHeaderIsRefusedOrNotThere) {
    const std::string named = "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n";
    for (const auto& stream :
         {std::string("nonsense\r\n\r\n"), std::string("\x16\x03\x01"), named, named + "A : b\r\n\r\n",
          named + "Connection: ;\r\n\r\n", named + "A: b\nB: c\r\n\r\n",
          named + "A: " + std::string(defaults.header_size, 'a') + "\r\n\r\n",
          "GET /" + std::string(defaults.target_size, 'a') + named.substr(5) + "\r\n",
          "GET / HTTP/2.0" + named.substr(14) + "\r\n"})
        for (const std::size_t piece : {1U, 700U, 100'000U})
            EXPECT_EQ(id_of_unfinished(stream, piece), "") << stream << " by " << piece;
}

TEST(MessageReader, GivesMoreRoomWhileItIsFilledAndNotWithoutEnd) {
    const limits some;
    message_reader reader(some);
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(200, 'x') + "\r\n\r\n";
    std::string sent;
    std::size_t first = reader.prepare().size(), largest = 0;
    for (std::size_t requests = 0; requests < 1'000;) {
        const auto room = reader.prepare();
        largest = std::max(largest, room.size());
        while (sent.size() < room.size())
            sent += request;
        std::copy_n(sent.begin(), room.size(), room.begin());
        sent.erase(0, room.size());
        reader.commit(room.size());
        EXPECT_TRUE(reader.expects_more());
        while (reader.advance() == message_reader::step::request_ready) {
            reader.consume();
            ++requests;
        }
    }
    EXPECT_GE(largest, 4 * first);
    EXPECT_LE(largest, 16U * 1024);
}

}  // namespace
}  // namespace latchkey::http
