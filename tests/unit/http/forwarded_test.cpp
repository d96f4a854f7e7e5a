#include "http/forwarded.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/http_request.hpp"

namespace latchkey::http {
namespace {

using boost::asio::ip::make_address;
using test::http_request;

trusted_proxies proxies(const std::vector<std::string>& entries = {"10.0.0.0/8", "fd00::/8"}) {
    return trusted_proxies::parse(entries).value();
}

request from(const char* peer, std::initializer_list<std::pair<field, std::string_view>> lines) {
    auto r = http_request(lines);
    r.peer = make_address(peer);
    return r;
}

std::string client(const request& r) {
    return find_origin(r, proxies()).client.to_string();
}

struct walk {
    std::string_view list, client;
};

TEST(TrustedProxies, HoldsItsNetworksAndNoNeighbour) {
    const auto trusted =
        proxies({"10.0.0.0/8", "192.168.1.1", "172.16.0.0/12", "2001:db8::/33", "::1", "203.0.113.9/31"});
    for (const auto* in : {"10.0.0.0", "10.255.255.255", "192.168.1.1", "172.31.255.255",
                           "2001:db8:7fff::", "::1", "::ffff:10.1.2.3", "203.0.113.8", "203.0.113.9"})
        EXPECT_TRUE(trusted.trusts(make_address(in))) << in;
    for (const auto* out :
         {"9.255.255.255", "11.0.0.0", "192.168.1.0", "192.168.1.2", "172.32.0.0", "2001:db8:8000::", "::2",
          "::", "::ffff:11.0.0.0", "::10.1.2.3", "0.0.0.0", "203.0.113.10"})
        EXPECT_FALSE(trusted.trusts(make_address(out))) << out;
}

TEST(TrustedProxies, HoldsEverythingOfAFamilyUnderPrefixZero) {
    const auto trusted = proxies({"0.0.0.0/0"});
    EXPECT_TRUE(trusted.trusts(make_address("203.0.113.5")));
    EXPECT_FALSE(trusted.trusts(make_address("2001:db8::1")));
}

TEST(TrustedProxies, HoldsNobodyWhenEmpty) {
    EXPECT_TRUE(proxies({}).empty());
    EXPECT_FALSE(proxies({}).trusts(make_address("127.0.0.1")));
    EXPECT_FALSE(proxies({"::1"}).empty());
}

TEST(TrustedProxies, RefusesWhatIsNoNetwork) {
    for (const auto* entry : {"",
                              "/",
                              "/8",
                              "10.0.0.0/",
                              "10.0.0.0/33",
                              "10.0.0.0/-1",
                              "10.0.0.0/+8",
                              "10.0.0.0/8/8",
                              "10.0.0.0/8 ",
                              " 10.0.0.0/8",
                              "10.0.0",
                              "10",
                              "010.0.0.1",
                              "0x0a.0.0.1",
                              "10.0.0.256",
                              "::/129",
                              "::1/1000",
                              "[::1]",
                              "fe80::1%lo",
                              "localhost",
                              "*",
                              "10.0.0.0/255.0.0.0",
                              "10.0.0.0/8,::1"})
        EXPECT_FALSE(trusted_proxies::parse({"::1", entry}).has_value()) << entry;
}

TEST(Origin, IsTheSocketWithoutATrustedPeer) {
    const auto r = from("203.0.113.5", {{field::host, "a"},
                                        {field::x_forwarded_for, "1.2.3.4"},
                                        {field::x_forwarded_proto, "https"},
                                        {field::x_forwarded_host, "evil"},
                                        {field::forwarded, "for=1.2.3.4;proto=https;host=evil"}});
    const auto origin = find_origin(r, proxies());
    EXPECT_EQ(origin.client.to_string(), "203.0.113.5");
    EXPECT_FALSE(origin.secure);
    EXPECT_EQ(origin.host, "a");
}

TEST(Origin, IsTheSocketWhenATrustedPeerSaysNothing) {
    auto r = from("10.0.0.1", {{field::host, "a"}});
    r.secure = true;
    const auto origin = find_origin(r, proxies());
    EXPECT_EQ(origin.client.to_string(), "10.0.0.1");
    EXPECT_TRUE(origin.secure);
    EXPECT_EQ(origin.host, "a");
}

TEST(Origin, IsTheFirstUntrustedHopFromTheRight) {
    constexpr auto rows = std::to_array<walk>({
        {"1.2.3.4", "1.2.3.4"},
        {" \t1.2.3.4\t ", "1.2.3.4"},
        {"1.2.3.4:5678", "1.2.3.4"},
        {"2001:db8::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[2001:db8::1]:5678", "2001:db8::1"},
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"6.6.6.6, 1.2.3.4", "1.2.3.4"},
        {"6.6.6.6,1.2.3.4,10.0.0.3 , 10.0.0.2", "1.2.3.4"},
        {"1.2.3.4, fd00::2, ::ffff:10.0.0.2", "1.2.3.4"},
        {"10.0.0.4, 10.0.0.3", "10.0.0.4"},  // all are trusted: the farthest
        {"garbage, 1.2.3.4", "1.2.3.4"},
        {"\", 1.2.3.4", "1.2.3.4"},
    });
    for (const auto& [list, expected] : rows)
        EXPECT_EQ(client(from("10.0.0.1", {{field::x_forwarded_for, list}})), expected) << list;
}

TEST(Origin, IsTheLastHopUnderstoodWhenTheNextIsNot) {
    for (const auto* bad : {"",
                            ",",
                            "unknown",
                            "_hidden",
                            "garbage",
                            "1.2.3",
                            "1.2.3.4.5",
                            "1.2.3.256",
                            "01.2.3.4",
                            "1.2.3.4:",
                            "1.2.3.4:x",
                            "1.2.3.4:123456",
                            "[1.2.3.4]",
                            "[::1",
                            "::1]",
                            "[::1]x",
                            "[::1]:",
                            "fe80::1%eth0",
                            "1.2.3.4 5",
                            "\"1.2.3.4\"",
                            "for=1.2.3.4",
                            "http://1.2.3.4",
                            "1111:2222:3333:4444:5555:6666:7777:8888:9999"}) {
        EXPECT_EQ(client(from("10.0.0.1", {{field::x_forwarded_for, bad}})), "10.0.0.1") << bad;
        const std::string behind = "6.6.6.6, " + std::string(bad) + ", 10.0.0.2";
        EXPECT_EQ(client(from("10.0.0.1", {{field::x_forwarded_for, behind}})), "10.0.0.2") << bad;
    }
    EXPECT_EQ(client(from("10.0.0.1", {{field::x_forwarded_for, std::string_view("1.2.3.4\0", 8)}})),
              "10.0.0.1");
}

TEST(Origin, WalksTheLastLineOfARepeatedField) {
    const auto r = from("10.0.0.1",
                        {{field::x_forwarded_for, "6.6.6.6"}, {field::x_forwarded_for, "1.2.3.4, 10.0.0.2"}});
    EXPECT_EQ(client(r), "1.2.3.4");
}

TEST(Origin, IsReadFromForwarded) {
    constexpr auto rows = std::to_array<walk>({
        {"for=1.2.3.4", "1.2.3.4"},
        {"For=\"1.2.3.4:80\"", "1.2.3.4"},
        {"for=\"[2001:db8::1]:4711\"", "2001:db8::1"},
        {"for=\"[2001:db8::1]\";proto=http;by=203.0.113.43", "2001:db8::1"},
        {"by=\"_a\" ; FOR=1.2.3.4 ;", "1.2.3.4"},
        {"for=6.6.6.6, for=1.2.3.4;proto=http, for=10.0.0.2", "1.2.3.4"},
        {"for=\"6.6.6.6, for=1.2.3.4", "1.2.3.4"},  // an open quote to the left hides nothing
        {"for=6.6.6.6;host=\"a, for=7.7.7.7\";by=x, for=1.2.3.4", "1.2.3.4"},
        {"for=1.2.3.4;host=\"a, for=6.6.6.6;b=c\"", "10.0.0.1"},  // a `;` in quotes is more than we read
        {"for=1.2.3.4;host=\"a, for=6.6.6.6\"", "1.2.3.4"},
    });
    for (const auto& [list, expected] : rows)
        EXPECT_EQ(client(from("10.0.0.1", {{field::forwarded, list}})), expected) << list;
}

TEST(Origin, IsNotReadFromMalformedForwarded) {
    for (const auto* bad :
         {"", "for", "for=", "=1.2.3.4", "for=unknown", "for=_hidden", "for=\"_hidden\"", "for=\"1.2.3.4",
          "for=1.2.3.4\"", "for=\"1.2.3.\\4\"", "for=1.2.3.4;for=5.6.7.8", "for =1.2.3.4", "for= 1.2.3.4 5",
          "by=1.2.3.4", "1.2.3.4", "for=1.2.3.4;x", "proto=https", "for=\"a\\\", for=6.6.6.6;host=\\\"b\""})
        EXPECT_EQ(client(from("10.0.0.1", {{field::forwarded, bad}})), "10.0.0.1") << bad;
}

TEST(Origin, PrefersXForwardedFor) {
    const auto r = from("10.0.0.1", {{field::forwarded, "for=6.6.6.6;proto=https;host=evil"},
                                     {field::x_forwarded_for, "1.2.3.4"}});
    const auto origin = find_origin(r, proxies());
    EXPECT_EQ(origin.client.to_string(), "1.2.3.4");
    EXPECT_FALSE(origin.secure);
    EXPECT_EQ(origin.host, "");
}

struct said {
    std::string_view hops, proto, host;
    bool secure;
    std::string_view expected_host;
};

TEST(Origin, HasTheSchemeAndHostThatTheOutermostTrustedHopSaid) {
    constexpr auto rows = std::to_array<said>({
        {"1.2.3.4", "https", "app.example", true, "app.example"},
        {"1.2.3.4", "HTTPS", "app.example:8443", true, "app.example:8443"},
        {"1.2.3.4", "http", "[::1]:80", false, "[::1]:80"},
        {"1.2.3.4", "wss", "app/evil", false, "inner"},
        {"1.2.3.4", "", "a, ", false, "inner"},
        {"1.2.3.4", "http, https", "evil, app", true, "app"},  // the peer appended; a client wrote the rest
        {"1.2.3.4, 10.0.0.2", "https", "app", true, "app"},    // the edge set it
        {"1.2.3.4, 10.0.0.2", "https, http", "app, b", true, "app"},               // the edge, then the peer
        {"1.2.3.4, 10.0.0.3, 10.0.0.2", "https, http", "app, b", false, "inner"},  // somebody did not append
    });
    for (const auto& row : rows) {
        const auto r = from("10.0.0.1", {{field::host, "inner"},
                                         {field::x_forwarded_for, row.hops},
                                         {field::x_forwarded_proto, row.proto},
                                         {field::x_forwarded_host, row.host}});
        const auto origin = find_origin(r, proxies());
        EXPECT_EQ(origin.secure, row.secure) << row.hops << row.proto;
        EXPECT_EQ(origin.host, row.expected_host) << row.hops << row.host;
    }
}

TEST(Origin, KeepsTheSocketsWordAgainstRepeatedSchemeAndHost) {
    const auto r = from("10.0.0.1", {{field::host, "inner"},
                                     {field::x_forwarded_proto, "http"},
                                     {field::x_forwarded_proto, "https"},
                                     {field::x_forwarded_host, "a"},
                                     {field::x_forwarded_host, "b"}});
    const auto origin = find_origin(r, proxies());
    EXPECT_FALSE(origin.secure);
    EXPECT_EQ(origin.host, "inner");
}

TEST(Origin, HasSchemeAndHostOfItsForwardedElement) {
    const auto r =
        from("10.0.0.1", {{field::host, "inner"},
                          {field::forwarded,
                           "for=6.6.6.6;host=evil;proto=http, for=1.2.3.4;host=\"app:8443\";proto=https, "
                           "for=10.0.0.2;host=b;proto=http"}});
    const auto origin = find_origin(r, proxies());
    EXPECT_TRUE(origin.secure);
    EXPECT_EQ(origin.host, "app:8443");
}

TEST(Origin, DoesNotTakeTheInnerHopsSchemeForTheClients) {
    const auto r = from("10.0.0.1", {{field::forwarded, "for=1.2.3.4, for=10.0.0.2;proto=https"}});
    EXPECT_FALSE(find_origin(r, proxies()).secure);
}

}  // namespace
}  // namespace latchkey::http
