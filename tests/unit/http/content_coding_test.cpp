#include "http/content_coding.hpp"

#include <gtest/gtest.h>

namespace latchkey::http {
namespace {

bool asks(std::string_view accept_encoding, std::uint16_t lines = 1) {
    request r;
    r.fields[static_cast<std::size_t>(field::accept_encoding)] = {accept_encoding, lines};
    return asks_for_gzip(r);
}

TEST(ContentCoding, IsAskedForByNameOrByStar) {
    for (const auto text :
         {"gzip", "GZip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "*;q=0.001",
          "gzip;q=1", "gzip;q=1.", "gzip;q=1.000", "gzip;Q=0.5", "gzip ; q=0.5", ",, gzip", "gzip,",
          "identity;q=0, gzip", "br,*", "gzip;q=0.010", "gzip;", "*;q=0, gzip", "deflate;q=2, gzip"})
        EXPECT_TRUE(asks(text)) << text;
}

TEST(ContentCoding, IsNotAskedForWhenRefusedAbsentOrMalformed) {
    for (const auto text : {"",
                            "identity",
                            "br",
                            "gzip;q=0",
                            "gzip;q=0.",
                            "gzip;q=0.000",
                            "*;q=0",
                            "gzip;q=0, *",
                            "*, gzip;q=0",
                            "gzip;q=2",
                            "gzip;q=1.001",
                            "gzip;q=0.0001",
                            "gzip;q=",
                            "gzip;q",
                            "gzip;x=1",
                            "gzip;q=1;q=1",
                            "gzip;q=-1",
                            "gzip;q=0,5",
                            "gzip;q=1 gzip",
                            "x gzip",
                            "gzip2",
                            "xgzip",
                            "gzip;q=\"",
                            ";q=1",
                            "gzip;q=.5",
                            "gzip;q=1, gzip;q=0",
                            "gzip;q=01",
                            "q=1"})
        EXPECT_FALSE(asks(text)) << text;
}

TEST(ContentCoding, IsNotGuessedFromARepeatedField) {
    EXPECT_FALSE(asks("gzip", 2));
    EXPECT_FALSE(asks("", 0));
}

}  // namespace
}  // namespace latchkey::http
