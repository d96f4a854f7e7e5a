#include "http/gzip.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstdint>

namespace latchkey::http {
namespace {

namespace zlib = boost::beast::zlib;

constexpr int smallest = 9;
constexpr int largest_window = 15;
constexpr int most_memory = 9;

/// RFC 1951.
void append_deflated(std::string_view bytes, std::string& out) {
    zlib::deflate_stream stream;
    stream.reset(smallest, largest_window, most_memory, zlib::Strategy::normal);
    const auto begin = out.size();
    out.resize(begin + stream.upper_bound(bytes.size()));
    zlib::z_params p;
    p.next_in = bytes.data();
    p.avail_in = bytes.size();
    p.next_out = out.data() + begin;
    p.avail_out = out.size() - begin;
    boost::beast::error_code ended;  // there is room for all: it says zlib::error::end_of_stream
    stream.write(p, zlib::Flush::finish, ended);
    if (ended != zlib::error::end_of_stream) throw boost::system::system_error(ended, "deflate");
    out.resize(begin + p.total_out);
}

void append_little_endian(std::uint32_t value, std::string& out) {
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(value >> shift & 0xFF);
}

}  // namespace

std::string gzip(std::string_view bytes) {
    // Sections 2.3 and 2.3.1: magic, deflate, no flags, no time, compressed most, by an unknown system.
    std::string out("\x1f\x8b\x08\0\0\0\0\0\x02\xff", 10);
    append_deflated(bytes, out);
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    append_little_endian(crc.checksum(), out);
    append_little_endian(static_cast<std::uint32_t>(bytes.size()), out);
    return out;
}

}  // namespace latchkey::http
