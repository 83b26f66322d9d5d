"""Innocent sentences and small words for mutations, written for Evenhand."""

from typing import Final

_SMALL: Final = (
    "a about after again all also am an and any are as at be been before being but by can could did do does"
    " down for from get got had has have he her here him his how i if in into is it its just like me more my"
    " no not now of off on one only or other our out over she should so some such than that the their them"
    " then there these they this those to too under up us very was we were what when where which who why will"
    " with would you your"
)
FUNCTION_WORDS: Final = frozenset(_SMALL.split())
"""Words that carry grammar and little meaning: nobody disguises them alone."""

SENTENCES: Final = (
    "The bus was late again this morning, so I walked along the canal.",
    "My neighbour has planted tomatoes on her balcony and they are doing well.",
    "We had soup and fresh bread for lunch.",
    "The library opens at ten on Saturdays and closes at four.",
    "I finally finished the book that my sister lent me last summer.",
    "They are repairing the roof of the town hall until October.",
    "The forecast says rain in the afternoon and sun by the weekend.",
    "Our team drew two all, and nobody could believe the second goal.",
    "She is learning to play the cello and practises every evening.",
    "The new bakery on the corner sells out of rolls by nine.",
    "It took me three attempts to set up the printer.",
    "We are looking for volunteers for the river cleaning day.",
    "The train to the coast takes a little under two hours.",
    "Does anybody know a good place to have a bicycle repaired?",
    "My father still keeps every postcard he ever got.",
    "The museum has a small exhibition about the history of maps.",
    "I made a list, went shopping, and forgot the list at home.",
    "The cat slept on the keyboard and sent an empty message.",
    "There were swallows over the field until it got dark.",
    "He cooked for twelve people and washed up afterwards.",
    "The council will discuss the new cycle path on Thursday.",
    "I like the second season better than the first.",
    "We moved the meeting to Wednesday at half past two.",
    "The recipe asks for two eggs, a pinch of salt and some patience.",
    "They painted the fence green, and then the bench as well.",
    "My phone was in my coat the whole time.",
    "The concert was sold out, but we could hear it from the park.",
    "Her garden is full of bees at this time of year.",
    "The teacher let us work outside because of the heat.",
    "I am trying to drink less coffee and more water.",
    "The photographs from the trip are on the shared drive.",
    "A man on the platform gave me his umbrella and just left.",
    "The lake was frozen at the edges when we got there.",
    "We tried the longer path this time and saw two deer.",
    "The update fixed the sound, but now the screen flickers.",
    "My grandmother taught me how to mend a sock.",
    "There is a second-hand market behind the station every month.",
    "The children built a boat from a crate and a curtain.",
    "I have to renew my passport before the spring.",
    "The choir rehearses in the old school on Mondays.",
    "Someone left a note of thanks on the office fridge.",
    "The film is a bit long, but the ending is worth it.",
    "We watched the moon rise behind the water tower.",
    "Prices at the market have gone up a little since May.",
    "It is my turn to bring cake on Friday.",
    "The dog next door has learned to open the gate.",
    "I wrote to the landlord about the window, and he answered the same day.",
    "They found the keys under the seat of the car.",
    "The path behind the mill is closed because of the flood.",
    "He has been collecting stamps since he was six.",
)
"""English sentences about everyday life, in which nothing is said about or against anybody."""

FOREIGN_SENTENCES: Final = (
    "Σήμερα ο καιρός είναι πολύ καλός.",  # noqa: RUF001  # Greek
    "Το λεωφορείο φεύγει στις οκτώ το πρωί.",  # noqa: RUF001  # Greek
    "الطقس جميل اليوم في المدينة.",
    "ذهبنا إلى السوق صباح السبت.",
    "आज मौसम बहुत अच्छा है।",
    "हम शनिवार को बाज़ार गए थे।",
    "今天天气很好，我们去公园散步。",  # noqa: RUF001  # Chinese
    "图书馆星期六上午十点开门。",
    "Сегодня утром шёл снег.",
    "오늘은 날씨가 참 좋네요.",
)
"""Sentences in Greek, Arabic, Hindi, Chinese, Russian and Korean, about weather, buses and markets."""
