#include "http/gzip.hpp"

#include <gtest/gtest.h>

#include <boost/beast/zlib/inflate_stream.hpp>

namespace latchkey::http {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::size_t header_size = 10;
constexpr std::size_t trailer_size = 8;

/// What is between header and trailer, by RFC 1951.
std::string inflated(std::string_view member, std::size_t size) {
    std::string out(size, '\0');
    zlib::inflate_stream stream;
    zlib::z_params p;
    p.next_in = member.data() + header_size;
    p.avail_in = member.size() - header_size - trailer_size;
    p.next_out = out.data();
    p.avail_out = out.size();
    boost::beast::error_code ended;
    stream.write(p, zlib::Flush::finish, ended);
    EXPECT_EQ(ended, zlib::error::end_of_stream);
    EXPECT_EQ(p.avail_in, 0U);
    EXPECT_EQ(p.total_out, size);
    return out;
}

TEST(Gzip, IsWhatGunzipReads) {
    // printf 'hello hello hello hello' | gzip -9n, but for the operating system
    const std::string expected(
        "\x1f\x8b\x08\0\0\0\0\0\x02\xff\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\xe3\x51\x3d\x8d\x17\0\0\0",
        28);
    EXPECT_EQ(gzip("hello hello hello hello"), expected);
}

TEST(Gzip, GivesBackWhatItWasGiven) {
    std::string mixed;
    for (std::uint32_t i = 0, x = 1; i < 200'000; ++i, x = x * 1'664'525 + 1'013'904'223)
        mixed += static_cast<char>(i % 1'000 < 500 ? x >> 24 : 'a' + i % 7);
    for (const auto& bytes : {std::string(), std::string("a"), std::string(100'000, 'a'), mixed})
        EXPECT_TRUE(inflated(gzip(bytes), bytes.size()) == bytes) << bytes.size();
    EXPECT_LT(gzip(std::string(100'000, 'a')).size(), 200U);
}

}  // namespace
}  // namespace latchkey::http
