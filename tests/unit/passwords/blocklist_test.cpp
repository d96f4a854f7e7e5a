#include "passwords/blocklist/blocklist.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "passwords/blocklist/built_in.hpp"
#include "support/temporary_directory.hpp"

namespace latchkey::passwords {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Blocklist, BuiltInOneHasWhatMakePyPutIn) {
    const auto list = blocklist::built_in();
    EXPECT_EQ(list->size(), 55'873U);
    for (const std::string_view word :
         {"password", "123456", "letmein", "qwerty", "passwordpassword", "correct horse battery staple",
          "thequickbrownfoxjumpsoverthelazydog", "johnjohn", "1qaz2wsx3edc4rfv"})
        EXPECT_TRUE(list->contains(word)) << word;
    for (const std::string_view word : {"", "Password", "tangerine lanterns at dusk", "kq7x2mab"})
        EXPECT_FALSE(list->contains(word)) << word;
}

TEST(Blocklist, BuiltInOneCannotBeReadInTheProgram) {
    const auto bytes = built_in_filter();
    for (const std::string_view word : {"password", "letmein", "dragon", "monkey", "iloveyou"})
        EXPECT_TRUE(std::ranges::search(bytes, word).empty()) << word;
}

TEST(Blocklist, TakesOneTextInFiveMillionOthersForAMember) {
    const auto list = blocklist::built_in();
    std::size_t taken = 0;
    for (int i = 0; i < 2'000'000; ++i)
        taken += list->contains("not a member " + std::to_string(i)) ? 1 : 0;
    EXPECT_LE(taken, 5U);  // 0.4 are to be expected
}

TEST(Blocklist, OfLinesHasTheseAndNothingElse) {
    const blocklist list("\xEF\xBB\xBFOne\r\ntwo\n\n THREE \nStra\u00DFe\ntwo\nlast");
    EXPECT_EQ(list.size(), 5U);
    for (const std::string_view word : {"one", "two", " three ", "strasse", "last"})
        EXPECT_TRUE(list.contains(word)) << word;
    for (const std::string_view word : {"One", "three", "", "\n", "two\n"})
        EXPECT_FALSE(list.contains(word)) << word;
}

TEST(Blocklist, FindsEachOfManyWhateverTheirNumber) {
    for (const int number : {1, 2, 8, 9, 1000, 100'000}) {
        std::string lines;
        for (int i = 0; i < number; ++i)
            lines += "word " + std::to_string(i) + "\n";
        const blocklist list(lines);
        EXPECT_EQ(list.size(), static_cast<std::size_t>(number));
        for (int i = 0; i < number; ++i)
            ASSERT_TRUE(list.contains("word " + std::to_string(i))) << i << " of " << number;
        EXPECT_FALSE(list.contains("word " + std::to_string(number)));
    }
}

template <class Make>
std::string error_of(Make make) {
    try {
        make();
    } catch (const blocklist_error& e) {
        return e.what();
    }
    return "no error";
}

TEST(Blocklist, NamesTheLineThatIsNotUtf8) {
    EXPECT_THAT(error_of([] { blocklist("good\n\nna\xEFve\n"); }),
                AllOf(HasSubstr("line 3 is not UTF-8"), HasSubstr("try: ")));
}

TEST(Blocklist, WithoutAPasswordIsAMistake) {
    for (const std::string_view empty : {"", "\n\n", "\r\n", "\xEF\xBB\xBF"})
        EXPECT_THAT(error_of([&] { blocklist{empty}; }), HasSubstr("has no password"));
}

class BlocklistFile : public testing::Test {
protected:
    std::filesystem::path write(std::string_view text) {
        const auto file = directory / "list.txt";
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    std::string error(const std::filesystem::path& file) {
        return error_of([&] { load_blocklist(file); });
    }

    const test::temporary_directory directory;
};

TEST_F(BlocklistFile, ReplacesTheBuiltInOne) {
    const auto list = load_blocklist(write("hunter2 hunter2\n"));
    EXPECT_TRUE(list->contains("hunter2 hunter2"));
    EXPECT_FALSE(list->contains("password"));
}

TEST_F(BlocklistFile, IsNotNeededForTheTwoWords) {
    EXPECT_EQ(load_blocklist("built-in"), blocklist::built_in());
    EXPECT_EQ(load_blocklist("off"), nullptr);
    EXPECT_EQ(load_blocklist(""), nullptr);
}

TEST_F(BlocklistFile, ThatCannotBeUsedIsNamedWithTheReasonAndWhatToDo) {
    const auto refused = [](std::string_view why) {
        return AllOf(testing::StartsWith("passwords.blocklist: /"), HasSubstr(why), HasSubstr("\n  try: "));
    };
    EXPECT_THAT(error(directory / "none"), refused("none: does not exist"));
    EXPECT_THAT(error(directory.path()), refused("is a directory"));
    EXPECT_THAT(error(write("ok\n\xFF\n")), refused("line 2 is not UTF-8"));
    EXPECT_THAT(error(write("")), refused("has no password"));
    EXPECT_THAT(error("/dev/zero"), refused("is larger than 64MiB"));
}

}  // namespace
}  // namespace latchkey::passwords
