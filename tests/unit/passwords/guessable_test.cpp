#include "passwords/blocklist/guessable.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace latchkey::passwords {
namespace {

bool refused(std::string_view password) {
    context_words context;
    context.add("latchkey");
    context.add("https://login.acme-tools.example");
    context.add("Jo\u00E3o.Silva");
    context.add("jsilva79@mail.example");
    return is_guessable(secret(password), *blocklist::built_in(), context);
}

TEST(Guessable, RefusesWhatPeopleTryToGetAwayWith) {
    for (const std::string_view bad : {
             // common, as it is or dressed up
             "passwordpassword",
             "PasswordPassword1",
             "Password12345678",
             "P@ssw0rd2026!!!!",
             "Pa$$w0rdPa$$w0rd",
             "liverpool-1987!!",
             "Welcome-2026!!!",
             "iloveyouforever",
             "letmeinletmeinplease",
             "qwerty123456789",
             "monkey monkey monkey",
             "!!!!!!dragon!!!!!!",
             "trustno1trustno1",
             "2026sunshine2026",
             "princess_________",
             // known to everybody
             "correct horse battery staple",
             "CorrectHorseBatteryStaple",
             "to be or not to be",
             "Lorem ipsum dolor sit amet",
             // repetitions and sequences
             "aaaaaaaaaaaaaaa",
             "123456789012345",
             "abababababababab",
             "abcabcabcabcabcabc",
             "abcdefghijklmnop",
             "zyxwvutsrqponmlk",
             "987654321987654321",
             "111222333444555",
             "112233445566778899",
             "qwertyuiopasdfg",
             "asdfghjklzxcvbnm",
             "1qaz2wsx3edc4rfv",
             "q1w2e3r4t5y6u7i8",
             "!@#$%^&*()!@#$%^",
             "qwertzuiopasdfgh",
             "azertyuiopqsdfgh",
             "147258369147258",
             "               ",
             "...............",
             "\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430\u0430",
             "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511"
             "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511",
             // of the account and the service
             "latchkeylatchkey",
             "latchkey-2026-!!",
             "Jo\u00E3o.Silva.2026!",
             "JO\u00C3O.SILVAjo\u00E3o.silva",
             "jsilva79jsilva79",
             "silvasilva123456",
             "acme-tools-2026",
             "login.acme-tools.example",
             "jsilva79@mail.example",
             "acmepassword 1!",
             "Silva1979latchkey",
         })
        EXPECT_TRUE(refused(bad)) << bad;
    EXPECT_TRUE(refused(std::string(1024, 'x')));
}

TEST(Guessable, LetsGoodOnesThrough) {
    for (const std::string_view good : {
             // random words
             "tangerine lanterns at dusk",
             "plant policy states wear",
             "crank-unruly-mossy-ditch",
             "reapply_stapling_gush",
             "unworldly fidgety quartz",
             "steamboat albright nantucket thrust",
             "purple monkey dishwasher",
             "powderedsizzleobtuse",
             "handiness7landfill",
             "Koffer Wolke Zebra Nebel",
             "agua-piedra-noche-llave",
             "a long enough password",
             "another good password",
             "plantpolicystateswear",
             "\u0441\u043E\u0431\u0430\u043A\u0430 \u0440\u0435\u043A\u0430 "
             "\u0444\u043E\u043D\u0430\u0440\u044C",
             "\u732B\u304C\u7A93\u306E\u5916\u3092\u898B\u3066\u3044\u308B\u6708\u306E\u591C",
             // sentences
             "my first car was green",
             "We ate 3 pizzas on a boat",
             "Nobody told Greta about the stairs",
             // of a password manager
             "kX9#mQ2$vL5@pR8!",
             "xkqjzvbwphymgtr",
             "839174625017364",
             "9f86d081884c7d65",
             "4Yk-wpZ-9nR-fQt",
             "0190b5b2-52e1-7c4d-a3c8-3e5f6a7b8c9d",
             "J3;f9}~w",
             // a name in it does not make it bad
             "silva likes purple tea",
             "the latchkey under stone 7",
             "password rules annoy Greta",
         })
        EXPECT_FALSE(refused(good)) << good;
}

TEST(Guessable, CountsPiecesUpToEight) {
    context_words nothing;
    const blocklist list("dragon\nwater melon\n");
    const auto is_bad = [&](std::string_view text) { return is_guessable(secret(text), list, nothing); };
    EXPECT_TRUE(is_bad("dragonkqzx"));    // 3 + 4
    EXPECT_FALSE(is_bad("dragonkqzxj"));  // 3 + 5
    EXPECT_TRUE(is_bad("kqzxDR4G0N"));    // with signs for letters
    EXPECT_TRUE(is_bad("WATER MELON"));
    EXPECT_TRUE(is_bad("kqzxjwv"));  // less than eight characters in all
    EXPECT_FALSE(is_bad("kqzxjwvb"));
    EXPECT_TRUE(is_bad("kqzxjwv1980dragon1980") == false);
    EXPECT_TRUE(is_bad("1980kqzxjw"));   // a year and six
    EXPECT_FALSE(is_bad("2180kqzxjw"));  // no year
    EXPECT_TRUE(is_bad("kqzxkqzxkqzxkqzx"));
    EXPECT_TRUE(is_bad("kqzxjw kqzxjw kqzxjw") == false);  // seven, and a copy
}

TEST(Guessable, LooksAtTheFirstSixtyFourCharacters) {
    const std::string strong = "kX9#mQ2$vL5@pR8!";
    EXPECT_TRUE(refused(std::string(64, 'a') + strong));
    EXPECT_FALSE(refused(std::string(63, 'a') + strong) && refused(strong + std::string(100, 'a')));
    EXPECT_FALSE(refused(strong + std::string(100, 'a')));
    std::string keys;
    for (int i = 0; i < 100; ++i)
        keys += "\U0001F511";
    EXPECT_TRUE(refused(keys));
}

TEST(Guessable, ListedPasswordIsRefusedWhateverItsLength) {
    const std::string longest = "kX9#mQ2$vL5@pR8!" + std::string(200, 'y') + "end";
    EXPECT_TRUE(is_guessable(secret(longest), blocklist(longest), {}));
    EXPECT_FALSE(is_guessable(secret(longest), blocklist("other"), {}));
}

TEST(Guessable, ContextLeavesOutWhatIsTooShortOrNotUtf8) {
    context_words context;
    for (const std::string_view text : {"", "jo", "\xFF\xFE", "a.b.c"})
        context.add(text);
    EXPECT_FALSE(context.contains(""));
    EXPECT_FALSE(context.contains("jo"));
    EXPECT_TRUE(context.contains("a.b.c"));
    EXPECT_FALSE(context.contains("a"));
}

}  // namespace
}  // namespace latchkey::passwords
