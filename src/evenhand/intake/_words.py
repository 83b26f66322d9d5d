"""English words that folding knows, so that it can tell a word with a letter hidden from one without.

Written for this project from general knowledge of the language. Three tiers, since what people hide is
seldom a plain word: `CENSORED` is what they mask most, `CHARGED` what posts about harm and groups turn on,
`COMMON` what stands around both. A pattern is read in the first tier that has a word for it, if it has just
one there.

A line such as `kill s ed er ers ing` names a stem and what may follow it; `=` is the stem alone.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

__all__ = [
    "BACKWARDS",
    "CENSORED",
    "CHARGED",
    "COMMON",
    "INSERTED",
    "KNOWN",
    "PREFERRED",
    "SMALL",
    "SMALL_BACKWARDS",
    "VOWELLESS",
    "completed",
]


def _forms(lines: str) -> Iterator[str]:
    for line in lines.strip().splitlines():
        stem, *endings = line.split()
        yield stem
        yield from (stem + ending for ending in endings)


CENSORED = frozenset(
    _forms(
        """
        fuck s ed er ers ing in face wit tard
        motherfuck er ers ing in
        shit s ty ter ting head hole show
        bullshit
        bitch es y ing ass
        ass es hole holes hat
        dumbass
        jackass
        badass
        cunt s y
        dick s head heads
        cock s sucker suckers
        pussy
        pussies
        whore s
        slut s ty shaming
        bastard s
        damn ed it
        goddamn
        hell
        crap py
        piss ed ing
        twat s
        wank er ers ing
        prick s
        tits
        boob s
        cum ming
        porn o
        dildo
        nigger s
        nigga s h z
        negro es
        faggot s ry
        fag s gy
        dyke s
        tranny
        trannies
        shemale s
        retard s ed
        spastic s
        kike s
        chink s y
        gook s
        spic s
        wetback s
        beaner s
        paki s
        raghead s
        towelhead s
        coon s
        jap s
        gyppo s
        mongol oid
        """
    )
)
"""Profanity and slurs, the words most often written with a letter hidden."""

CHARGED = frozenset(
    _forms(
        """
        kill s ed er ers ing
        murder s ed er ers ing
        rape s d ist ists
        raping
        die s d
        dying
        dead ly
        death s
        hate s d ful r rs
        hating
        hang ed ing
        shoot s ing er ers
        stab s bed bing
        burn s ed ing
        bomb s ed er ers ing
        lynch ed ing
        behead ed ing s
        slaughter ed ing
        exterminate d
        eradicate d
        deport ed ing
        suicide s
        suicidal
        gun s ned
        knife
        blood y
        violence
        violent
        terror ist ists ism
        nazi s
        hitler
        holocaust
        genocide
        gassed
        sex ual ist
        gay s
        lesbian s
        homo s sexual sexuals
        trans gender
        jew s ish
        muslim s
        moslem s
        islam ic
        arab s
        black s
        mexican s
        african s
        asian s
        chinese
        indian s
        gypsy
        gypsies
        immigrant s
        migrant s
        refugee s
        foreigner s
        women
        woman
        vermin
        scum
        maggot s
        parasite s
        cockroach es
        subhuman s
        savage s
        monkey s
        filth y
        disgusting
        stupid
        idiot s ic
        moron s ic
        loser s
        dumb
        ugly
        worthless
        pathetic
        pedo s phile philes
        drug s
        cocaine
        heroin
        """
    )
)
"""Words of violence, abuse and groups."""

_SMALL = (
    "the and you your yours yourself he him his she her hers it its we us our ours they them their theirs"
    " this that these those who whom whose which what when where why how is are was were be been being am"
    " do does did done doing have has had having will would shall should can could may might must not nor"
    " but or if because so than then there here of to in into on onto off at by for from with without"
    " about against between through during before after above below up down out over under again just only"
    " very too also all any both each few more most other some such no own same as until while my me i a"
    " an dont cant wont im youre ill isnt aint let lets get got going gonna want wanna know think say says"
    " said like"
)
SMALL = frozenset(_SMALL.split())
"""Words that carry grammar, and a few verbs as frequent as they are."""

_PLAIN = (
    "people person man men boy boys girl girls guy guys child children kid kids friend friends family"
    " mother father brother sister wife husband son daughter baby home house street city town country"
    " world place school work job money time day days week month year years night morning today tomorrow"
    " tonight life live lives living head hand hands face eye eyes heart body back door car cars road bus"
    " train phone book books game games team play player music song movie show news media post posts tweet"
    " page site read write word words talk talking speak tell told ask asked answer call called name names"
    " thing things way ways part point end start stop stopped keep kept make made making take took taken"
    " taking give gave given come came coming leave left went gone see saw seen look looks looking watch"
    " find found feel felt need needs needed use used using try tried help put set run ran walk stand stay"
    " sit move turn open close buy sell pay paid eat ate drink food water coffee tea wine beer cook sleep"
    " wake hear heard listen learn teach win won lose lost love loved loves loving hope wish care fear"
    " worry happy sad angry mad good bad better best worse worst great nice cool fine right wrong true"
    " false real fake big small little large long short high low old new young early late fast slow hard"
    " easy hot cold warm white red blue green brown grey first last next one two three four five six seven"
    " eight nine ten much many lot lots every everyone everything someone something anyone anything nobody"
    " nothing always never ever often sometimes now still already yet soon maybe really actually please"
    " thanks thank sorry yes yeah okay well even sure such another else around away near far law laws"
    " state government president vote votes party war peace power police army free freedom god lord church"
    " pray prayer bible faith truth lie lies liar cheat steal thief rich poor dog dogs cat cats fish bird"
    " horse cow pig pigs tree sun moon sky rain snow wind fire hill hall hull ball bell bill bull fall"
    " fell full fill tall till wall doll roll poll pull pill mill mall bit bat bet but cut cot dock duck"
    " deck desk disk luck lock lack hook pack pick peck sick sock sack suck buck rock rack neck kick shot"
    " shut shop ship shift sheet shirt sort fort port fact fist past host most cost cast list rest test"
    " west nest fork folk funk form farm firm fare dare date data dote rate rats rope ripe role rule tape"
    " wipe pipe rage cage case base bass boss loss less mess miss moss pass pats pets pits puts spit spin"
    " spot slot slat slit plot flat corn coin cord core cure where there hair hate heat hang hung sing"
    " king ring lung wing mind kind fond fund bond band bend land lend sand send art arm age ago air add"
    " ads act bag beg bug dig dug fog fig egg leg log lag rag rug tag tug wag wig hat hit hut jet joy key"
    " kit lab lap lip map mud net nut oil pan pen pin pot pub ray row rub sea sir ski tax tie tip toe top"
    " toy van via wet zoo rap trap trip drop crop clap clip chip chat that than thin tank tuna dike duke diet"
    " died due dye doe dam dim dad did bid bed bud beach birch batch botch butch catch match witch which"
    " hello shelf shell spell smell skill chill drill grill thrill"
)
COMMON = SMALL | frozenset(_PLAIN.split())
"""Words of everyday English: what a hidden letter may also have been."""

KNOWN = CENSORED | CHARGED | COMMON
"""All of them."""

PREFERRED: Mapping[str, str] = MappingProxyType(
    {
        "f***": "fuck",
        "f**k": "fuck",
        "s***": "shit",
        "s**t": "shit",
        "b****": "bitch",
        "a**": "ass",
        "c**t": "cunt",
        "n*****": "nigger",
        "n****r": "nigger",
        "p****": "pussy",
        "f*****g": "fucking",
        "s**ts": "shits",
        "d**k": "dick",
        "d**ks": "dicks",
        "p***y": "pussy",
        "b***h": "bitch",
        "b*****d": "bastard",
        "a*****e": "asshole",
        "f****t": "faggot",
        "n***a": "nigga",
        "n****rs": "niggers",
        "n*****s": "niggers",
        "ni****": "nigger",
        "nig***": "nigger",
    }
)
"""Patterns that have several words in their tier, and one that is nearly always meant."""

_VOWELLESS = (
    "fck=fuck fcks=fucks fckd=fucked fcked=fucked fcker=fucker fckers=fuckers fcking=fucking"
    " fckin=fuckin fckn=fuckin fkn=fuckin fking=fucking sht=shit shts=shits shtty=shitty bllsht=bullshit"
    " bullsht=bullshit btch=bitch btches=bitches btchs=bitches bstrd=bastard bstard=bastard"
    " dckhead=dickhead pssy=pussy nggr=nigger nggrs=niggers ngger=nigger nggers=niggers nggas=niggas"
    " ngga=nigga fggt=faggot fggts=faggots fggot=faggot rtrd=retard rtard=retard rtrded=retarded"
    " kll=kill klls=kills klled=killed kller=killer klling=killing mrdr=murder mrder=murder"
    " mrdered=murdered"
)
VOWELLESS: Mapping[str, str] = MappingProxyType(dict(pair.split("=") for pair in _VOWELLESS.split()))
"""Words with letters missing that are no other word and no common abbreviation."""

_FOREIGN = frozenset({"ton", "tel", "nac", "sah", "eno", "sen", "mih", "rof"})
SMALL_BACKWARDS = frozenset(word[::-1] for word in SMALL if len(word) > 2) - KNOWN - _FOREIGN
"""Small words written from their end that are no words that way, in other languages neither."""

_HARM = frozenset({"kill", "kills", "killed", "killing", "hate", "rape"})
BACKWARDS = frozenset(word[::-1] for word in CENSORED | _HARM if len(word) > 3) - KNOWN - {"parc"}
"""Words that are read wherever they stand written from their end (but French for park)."""


def completed(word: str) -> list[str]:
    """The letters of a word in `VOWELLESS`, each with what is missing before it."""
    rest = VOWELLESS[word]
    letters: list[str] = []
    for letter in word:
        end = rest.index(letter) + 1
        letters.append(rest[:end])
        rest = rest[end:]
    return letters


INSERTED = frozenset(piece for word in VOWELLESS for piece in completed(word) if len(piece) > 1)
"""A letter with those before it that are missing, of every word in `VOWELLESS`."""
