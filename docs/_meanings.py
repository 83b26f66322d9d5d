"""What the columns of an item and the tables of a store are for: words that the code has no place for."""  # noqa: INP001 - see generate.py

from typing import Final

COLUMNS: Final = {
    "source": "Where the id is unique: a service, an instance, a forum.",
    "id": "The item's name in its source.",
    "kind": "`post`, `reply`, `message`, `profile`, `ad`, `page`, `image` or `video`.",
    "text": "What was posted, to the letter. May be empty.",
    "author": "The account that posted it.",
    "created_at": "When it was posted. The policy version in force then judges it.",
    "edited_at": "When it was last edited. A later one makes the item a revision.",
    "deleted_at": "When its author deleted it.",
    "received_at": "When it reached you. Retention counts from here.",
    "language": "A language tag such as `en`.",
    "reply_to": "The id of the item that it answers.",
    "reply_to_author": "The account that it answers.",
    "thread": "The id of the thread that it stands in.",
    "quote_of": "The id of the item that it quotes.",
    "quote_author": "The account that it quotes.",
    "repost_of": "The id of the item that it repeats.",
    "url": "Its address. The notice shows it.",
    "visibility": "Who can see it, in your platform's word.",
    "mentions": "The accounts that it mentions.",
    "urls": "The links that it carries.",
    "media": "Names or addresses of its pictures and videos.",
    "recipients": "The accounts that a message is addressed to.",
    "reach": "How many people saw it.",
    "author_created_at": "When the author's account was made.",
    "author_followers": "How many accounts follow the author.",
    "author_following": "How many accounts the author follows.",
    "author_verified": "Whether the platform has verified the author.",
    "extra": "Every other column of the file, as one JSON object. Made by intake; cannot be mapped.",
}

TABLES: Final = {
    "settings": "The settings of the installation.",
    "staff": "The staff register. Notices show the pseudonym, never the name.",
    "policy_versions": (
        "Every policy version that was ever in force, with all its files, so that an old post can be judged"
        " by the old version."
    ),
    "item_keys": (
        "One narrow row for each item ever accepted. It decides whether an item is new, a revision, seen"
        " before or in conflict. It holds no text."
    ),
    "journal": "Accepted items that are not sealed yet: one row for each chunk, as Arrow IPC.",
    "segments": "The sealed segments of the history: which items, since when, and whether they have expired.",
    "items": "The full row of each item that was surfaced or reported. Text and author go with an erasure.",
    "findings": "What detectors saw in surfaced items.",
    "readings": (
        "All that detectors said of surfaced and reported items, over a threshold or not. Goes with an"
        " erasure."
    ),
    "vectors": (
        "Where an embedding detector puts the item of a case among others, to find the nearest decided cases."
        " Goes with an erasure."
    ),
    "recommendations": "What rules said about items, with the conditions and their values.",
    "cases": "Every case as it is now: what its events fold to.",
    "reports": "Reports. Who filed one is never shown to the author.",
    "decisions": "Who decided what, when, under which policy version.",
    "notices": "What people were told, word for word. Text and record go with an erasure; the hash stays.",
    "outbox": "Effects and notices that wait to be delivered.",
    "streams": "The head of each stream of events, and the random number that stands for it in the log.",
    "events": "What happened: appended, chained, never changed.",
    "event_groups": (
        "The fields of each event, in groups, each with its own salt. A group can be erased; its commitment"
        " in the leaf stays."
    ),
    "ledger_pending": "Leaves that wait for the published log, in the order of their commits.",
    "scans": "Which scans ran. One that was interrupted goes on under its number.",
}
