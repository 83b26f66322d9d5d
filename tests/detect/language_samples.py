"""Short posts in many languages, written for these tests, three for each."""

# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are what this page is about

from types import MappingProxyType

POSTS = MappingProxyType(
    {
        "es": (
            "ayer no pude dormir nada por culpa del vecino y su perro",
            "¿alguien sabe si hoy hay huelga de metro? es que llego tarde",
            "la comida estaba buenísima pero me dolió pagar tanto",
        ),
        "pt": (
            "hoje não vou trabalhar, estou com uma dor de cabeça enorme",
            "alguém sabe onde fica a padaria nova? a minha mãe quer ir lá",
            "isso não é justo, você sempre fica com o último pedaço",
        ),
        "fr": (
            "j'ai encore raté le bus ce matin, je suis trop nul",
            "tu viens avec nous au marché samedi ou pas ?",
            "c'est pas possible, il pleut depuis une semaine ici",
        ),
        "it": (
            "oggi non ho voglia di fare niente, solo dormire e mangiare",
            "ma perché il treno è sempre in ritardo quando ho fretta?",
            "ragazzi, che partita ieri sera, non ci posso credere",
        ),
        "ca": (
            "avui no tinc ganes de sortir, em quedo a casa amb el gat",
            "algú sap per què els trens van amb tant de retard aquest matí?",
            "quina calor que fa, això ja no és normal al mes de maig",
        ),
        "ro": (
            "nu mai pot cu vecinul ăsta, iar dă muzica tare la noapte",
            "știe cineva dacă mâine sunt deschise magazinele?",
            "am uitat cheile acasă și acum stau pe scări ca un prost",
        ),
        "de": (
            "ich hab heute echt keine Lust mehr auf diese Arbeit",
            "weiß jemand, ob der Bäcker am Sonntag offen hat?",
            "das war gestern so ein schöner Abend mit euch, danke dafür",
        ),
        "nl": (
            "ik heb vandaag echt geen zin om naar mijn werk te gaan",
            "weet iemand waarom de trein alweer niet rijdt?",
            "wat een mooie dag was het gisteren met jullie, dank je wel",
        ),
        "af": (
            "ek is so moeg vandag, ek wil net by die huis bly en slaap",
            "weet iemand hoekom daar alweer nie krag is nie?",
            "ons het gister lekker gebraai, dit was baie lekker saam met julle",
        ),
        "sv": (
            "jag orkar inte jobba idag, det är alldeles för varmt ute",
            "vet någon varför bussen inte kommer? jag har väntat i en timme",
            "vilken fin kväll vi hade igår, tack för att ni kom",
        ),
        "da": (
            "jeg gider ikke på arbejde i dag, det er alt for varmt udenfor",
            "er der nogen der ved hvorfor bussen ikke kommer?",
            "sikke en dejlig aften vi havde i går, tak fordi I kom",
        ),
        "no": (
            "jeg orker ikke å gå på jobb i dag, det er altfor varmt ute",
            "er det noen som vet hvorfor bussen ikke kommer? har ventet en time nå",
            "for en fin kveld vi hadde i går, takk for at dere kom",
        ),
        "is": (
            "ég nenni ekki að fara í vinnuna í dag, það er svo gott veður",
            "veit einhver af hverju strætó kemur ekki?",
            "þetta var mjög skemmtilegt kvöld, takk fyrir að koma",
        ),
        "fi": (
            "en jaksa mennä töihin tänään, ulkona on aivan liian kuuma",
            "tietääkö joku miksi bussi ei tule? olen odottanut jo tunnin",
            "olipa mukava ilta eilen, kiitos kun tulitte",
        ),
        "et": (
            "ma ei viitsi täna tööle minna, õues on nii ilus ilm",
            "kas keegi teab, miks buss ei tule? ma olen juba tund aega oodanud",
            "see oli väga tore õhtu, aitäh et te tulite",
        ),
        "hu": (
            "ma egyáltalán nincs kedvem dolgozni, olyan meleg van kint",
            "tudja valaki, hogy miért nem jön a busz? már egy órája várok",
            "nagyon jó este volt tegnap, köszönöm hogy eljöttetek",
        ),
        "pl": (
            "nie chce mi się dzisiaj iść do pracy, jest za gorąco",
            "czy ktoś wie, dlaczego autobus znowu nie przyjechał?",
            "wczoraj był taki fajny wieczór, dzięki że przyszliście",
        ),
        "cs": (
            "dneska se mi vůbec nechce do práce, venku je strašné vedro",
            "neví někdo, proč zase nejede ten autobus? už čekám hodinu",
            "včera to byl hezký večer, díky že jste přišli",
        ),
        "sk": (
            "dnes sa mi vôbec nechce ísť do práce, vonku je hrozne teplo",
            "nevie niekto, prečo zase nejde autobus? čakám už hodinu",
            "včera to bol pekný večer, ďakujem že ste prišli",
        ),
        "sl": (
            "danes se mi res ne da v službo, zunaj je tako lepo vreme",
            "ali kdo ve, zakaj avtobus spet ne pride? čakam že eno uro",
            "včeraj je bil zelo lep večer, hvala ker ste prišli",
        ),
        "hr": (
            "danas mi se uopće ne ide na posao, vani je prevruće",
            "zna li netko zašto opet nema autobusa? čekam već sat vremena",
            "jučer je bila baš lijepa večer, hvala što ste došli",
        ),
        "sq": (
            "sot nuk kam fare dëshirë të shkoj në punë, jam shumë i lodhur",
            "a e di dikush pse nuk po vjen autobusi? kam një orë që pres",
            "ishte një mbrëmje shumë e bukur dje, faleminderit që erdhët",
        ),
        "lv": (
            "man šodien nemaz negribas iet uz darbu, ārā ir pārāk karsts",
            "vai kāds zina, kāpēc autobuss atkal nebrauc? gaidu jau stundu",
            "vakar bija ļoti jauks vakars, paldies ka atnācāt",
        ),
        "lt": (
            "šiandien visai nesinori eiti į darbą, lauke per karšta",
            "ar kas nors žino, kodėl autobusas vėl neatvažiuoja? laukiu jau valandą",
            "vakar buvo labai gražus vakaras, ačiū kad atėjote",
        ),
        "tr": (
            "bugün işe gitmek hiç istemiyorum, hava çok güzel",
            "otobüs neden gelmiyor bilen var mı? bir saattir bekliyorum",
            "dün akşam çok güzeldi, geldiğiniz için teşekkürler",
        ),
        "az": (
            "bu gün işə getmək heç istəmirəm, hava çox gözəldir",
            "avtobus niyə gəlmir, bilən var? bir saatdır gözləyirəm",
            "dünən axşam çox yaxşı idi, gəldiyiniz üçün sağ olun",
        ),
        "id": (
            "hari ini aku nggak mau kerja, capek banget dan di luar panas",
            "ada yang tahu kenapa busnya belum datang? sudah satu jam saya tunggu",
            "kemarin malam seru sekali, terima kasih sudah datang ya",
        ),
        "ms": (
            "hari ni aku malas nak pergi kerja, panas sangat kat luar",
            "ada sesiapa tahu kenapa bas tak sampai lagi? dah sejam saya tunggu",
            "malam semalam memang seronok, terima kasih kerana sudi datang",
        ),
        "tl": (
            "ayoko talagang pumasok ngayon, ang init sa labas at pagod na ako",
            "may nakakaalam ba kung bakit wala pa rin ang bus? isang oras na akong naghihintay",
            "ang saya natin kagabi, salamat sa inyong lahat na pumunta",
        ),
        "vi": (
            "hôm nay mình không muốn đi làm chút nào, ngoài trời nóng quá",
            "có ai biết tại sao xe buýt chưa đến không? tôi đợi một tiếng rồi",
            "tối qua vui thật đấy, cảm ơn mọi người đã đến",
        ),
        "sw": (
            "leo sitaki kabisa kwenda kazini, nimechoka sana",
            "kuna mtu anajua kwa nini basi halijafika? nimesubiri saa moja",
            "jana usiku ilikuwa nzuri sana, asante kwa kuja",
        ),
        "so": (
            "maanta ma rabo inaan shaqada aado, aad ayaan u daalanahay",
            "ma jiraa qof garanaya sababta uusan basku u imaan? saacad ayaan sugayay",
            "xalay waxay ahayd habeen aad u fiican, waad ku mahadsan tihiin imaanshaha",
        ),
        "cy": (
            "dw i ddim eisiau mynd i'r gwaith heddiw, mae hi'n rhy boeth",
            "oes rhywun yn gwybod pam dydy'r bws ddim yn dod?",
            "roedd hi'n noson hyfryd neithiwr, diolch i chi am ddod",
        ),
        "eu": (
            "gaur ez dut lanera joateko gogorik, oso bero egiten du kanpoan",
            "inork ba al daki zergatik ez den autobusa etorri? ordubete daramat zain",
            "oso gau polita izan zen atzokoa, eskerrik asko etortzeagatik",
        ),
        "ru": (
            "сегодня вообще не хочу идти на работу, на улице жара",
            "кто-нибудь знает, почему автобус опять не пришёл?",
            "вчера был такой хороший вечер, спасибо что пришли",
        ),
        "uk": (
            "сьогодні зовсім не хочу йти на роботу, надворі спека",
            "хтось знає, чому автобус знову не приїхав? чекаю вже годину",
            "вчора був такий гарний вечір, дякую що прийшли",
        ),
        "be": (
            "сёння зусім не хачу ісці на працу, на вуліцы спёка",
            "ці ведае хто, чаму аўтобус зноў не прыехаў? чакаю ўжо гадзіну",
            "учора быў такі добры вечар, дзякуй што прыйшлі",
        ),
        "bg": (
            "днес изобщо не ми се ходи на работа, навън е много горещо",
            "някой знае ли защо пак няма автобус? чакам вече един час",
            "вчера беше чудесна вечер, благодаря че дойдохте",
        ),
        "sr": (
            "данас ми се уопште не иде на посао, напољу је превруће",
            "да ли неко зна зашто опет нема аутобуса? чекам већ сат времена",
            "јуче је било баш лепо вече, хвала што сте дошли",
        ),
        "mk": (
            "денес воопшто не ми се оди на работа, надвор е многу жешко",
            "знае ли некој зошто пак нема автобус? чекам веќе еден час",
            "вчера беше многу убава вечер, благодарам што дојдовте",
        ),
        "ar": (
            "ما عندي أي رغبة أروح الشغل اليوم، الجو حار جدا",
            "هل يعرف أحد لماذا لم يصل الباص حتى الآن؟",
            "كانت ليلة جميلة جدا أمس، شكرا لكم على الحضور",
        ),
        "fa": (
            "امروز اصلا حوصله ندارم برم سر کار، هوا خیلی گرمه",
            "کسی می‌داند چرا اتوبوس هنوز نیامده است؟ یک ساعت است که منتظرم",
            "دیشب خیلی خوش گذشت، ممنون که آمدید",
        ),
        "ur": (
            "آج کام پر جانے کا بالکل دل نہیں کر رہا، باہر بہت گرمی ہے",
            "کیا کسی کو پتہ ہے کہ بس ابھی تک کیوں نہیں آئی؟",
            "کل رات بہت اچھی تھی، آنے کے لیے آپ سب کا شکریہ",
        ),
        "he": (
            "אין לי שום חשק ללכת לעבודה היום, חם מדי בחוץ",
            "מישהו יודע למה האוטובוס שוב לא הגיע?",
            "היה ערב ממש נחמד אתמול, תודה שבאתם",
        ),
        "hi": (
            "आज काम पर जाने का बिल्कुल मन नहीं है, बाहर बहुत गर्मी है",
            "किसी को पता है कि बस अभी तक क्यों नहीं आई?",
            "कल रात बहुत मज़ा आया, आने के लिए आप सबका धन्यवाद",
        ),
        "mr": (
            "आज कामावर जायची अजिबात इच्छा नाही, बाहेर खूप गरम आहे",
            "बस अजून का आली नाही हे कोणाला माहीत आहे का?",
            "काल रात्री खूप मजा आली, तुम्ही सगळे आलात म्हणून आभार",
        ),
        "bn": (
            "আজ কাজে যেতে একদম ইচ্ছে করছে না, বাইরে খুব গরম",
            "কেউ কি জানে বাস এখনও আসেনি কেন?",
            "কাল রাতটা দারুণ ছিল, আসার জন্য সবাইকে ধন্যবাদ",
        ),
        "ta": (
            "இன்று வேலைக்குப் போக மனமே இல்லை, வெளியே ரொம்ப வெயில்",
            "பேருந்து ஏன் இன்னும் வரவில்லை என்று யாருக்காவது தெரியுமா?",
            "நேற்று இரவு மிகவும் நன்றாக இருந்தது, வந்ததற்கு நன்றி",
        ),
        "ko": (
            "오늘 진짜 출근하기 싫다, 밖이 너무 더워",
            "버스가 왜 아직도 안 오는지 아는 사람 있어요?",
            "어제 저녁 정말 즐거웠어요, 와 줘서 고마워요",
        ),
        "ja": (
            "今日はもう仕事に行きたくない、外が暑すぎる",
            "なんでバスがまだ来ないのか知ってる人いますか?",
            "昨日の夜は本当に楽しかった、来てくれてありがとう",
        ),
        "zh": (
            "今天真的不想上班,外面太热了",
            "有人知道公交车为什么还没来吗?",
            "昨天晚上很开心,谢谢你们过来",
        ),
        "th": (
            "วันนี้ไม่อยากไปทำงานเลย ข้างนอกร้อนมาก",
            "มีใครรู้ไหมว่าทำไมรถเมล์ยังไม่มา",
            "เมื่อคืนสนุกมาก ขอบคุณที่มากันนะ",
        ),
        "el": (
            "σήμερα δεν έχω καμία όρεξη να πάω στη δουλειά, κάνει πολλή ζέστη",
            "ξέρει κανείς γιατί δεν ήρθε πάλι το λεωφορείο;",
            "χθες ήταν πολύ ωραία βραδιά, ευχαριστώ που ήρθατε",
        ),
        "ka": (
            "დღეს სამსახურში წასვლა საერთოდ არ მინდა, გარეთ ძალიან ცხელა",
            "იცის ვინმემ, რატომ არ მოვიდა ავტობუსი?",
            "გუშინ ძალიან კარგი საღამო იყო, მადლობა რომ მოხვედით",
        ),
        "hy": (
            "այսօր ընդհանրապես չեմ ուզում գնալ աշխատանքի, դրսում շատ շոգ է",
            "որևէ մեկը գիտի՞, թե ինչու ավտոբուսը չի գալիս",
            "երեկ շատ լավ երեկո էր, շնորհակալություն որ եկաք",
        ),
    }
)
"""Tag -> three posts."""
