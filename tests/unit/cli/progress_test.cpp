#include "cli/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace latchkey::cli {
namespace {

TEST(Progress, IsOneLineThatIsWrittenOverAndTakenAway) {
    std::ostringstream err;
    {
        progress_line line(err, true);
        line.show("users read:", 20000);
        line.show("users read:", 40000);  // too soon
        line.show("users:", 6, 7);        // something else
        line.show("users:", 7, 7);        // the last one
    }
    EXPECT_EQ(err.str(), "\rusers read: 20000\rusers: 6 of 7    \rusers: 7 of 7\r             \r");
}

TEST(Progress, TellsAShareWhereTheWholeIsKnown) {
    std::ostringstream err;
    progress_line line(err, true);
    line.show_share("copying", 1, 3);
    EXPECT_EQ(err.str(), "\rcopying 33 %");
    line.show_share("copying", 2, 3);  // too soon
    EXPECT_EQ(err.str(), "\rcopying 33 %");
    line.show_share("copying", 3, 3);
    EXPECT_EQ(err.str(), "\rcopying 33 %\rcopying 100 %");
}

TEST(Progress, SaysNothingWhereNobodyWatches) {
    std::ostringstream err;
    {
        progress_line line(err, false);
        line.show("users:", 7, 7);
        line.show_share("copying", 3, 3);
    }
    EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace latchkey::cli
