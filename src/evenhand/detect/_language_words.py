"""The small words of languages, and the scripts that they are written in.

Written for this project from general knowledge of the languages: articles, pronouns, prepositions, particles,
the commonest verbs and what people say all the time. A word may be of several languages; how much it then
says is for `languages` to weigh. They are compared folded, so accents are for the reader of this page.
"""

# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are what this page is about

from types import MappingProxyType
from typing import Final

ENGLISH: Final = "en"

WORDS: Final = MappingProxyType(
    {
        ENGLISH: (
            "the and you your youre yours yourself u ur ya yall they them their theyre theirs "
            "themselves this that thats these those with without are were been being would should "
            "could cannot don dont doesn doesnt didn didnt isn isnt aint ain aren arent wasn wasnt "
            "won wont can cant im ive id ill its it every everyone everybody because cause cuz from "
            "what whats which who whos whose when where why how than then there theres here into "
            "about all be she shes her hers his him he hes our ours we us not if but have has had "
            "does did done doing do get gets got getting gotta gonna wanna just only to of for in "
            "is was on at by as my me a i an or so no now out up off over will am too one two more "
            "most some any other such very much many even still never ever always also well back "
            "down after before again know knew think thought want wants need say says said tell "
            "told make makes made take go goes going went come came see look looks looking like "
            "love hate good bad better best great big little old new first last people man men "
            "woman women girl girls boy boys guy guys kid kids thing things time day days year "
            "years life world way work home house money friend friends fuck fucking fucked shit "
            "bitch bitches ass hoe hoes nigga niggas damn hell stupid dumb ugly crazy yes yeah yo "
            "bro lol lmao lmfao smh tbh omg wtf idk af bc bout wit dat dis da dem tha thru gon "
            "tryna finna bruh hey hi hello please thanks thank sorry right wrong real really feel "
            "feels call called talk talking keep let lets give put stop start try shut kill die "
            "dead black white gay jews jewish muslims muslim immigrants country rights someone "
            "something anyone anything nothing nobody everything through between against while "
            "until since both each few own same under around yet ago next today tonight tomorrow "
            "yesterday night morning week game play watch watching show eat food drink hair face "
            "head eyes hand hands trash bird birds yellow ghetto pussy faggot fag retard retarded "
            "redneck cracker must may might shall lot lots rt via maybe though enough another half seen "
            "stay leave left live lives believe hope wish wait bring run ran turn help ask asked "
            "mean means m s t d ll re ve"
        ),
        "es": (
            "el la los las un una unos unas y o de del al en que no se por con para su sus es son "
            "era está están estoy estás fue ser hay muy más pero como cómo qué quién cuando cuándo "
            "donde dónde porque sin sobre también ya todo todos toda nada algo alguien yo tú él "
            "ella ellos nosotros mi mis me te le les lo nos esto eso este esta ese esa esos estos "
            "si sí hoy ayer mañana ahora siempre nunca tengo tiene tienen tienes puedo puede quiero "
            "quiere hacer hace bien mal mejor gracias hola ni hasta desde entre aquí así cada otro "
            "otra mucho mucha gente vida solo he ha han voy va van vamos eres soy mierda puta bueno "
            "años hombre mujer nuestro casa día dormir tan tanto buena estaba estaban hacía culpa "
            "duele"
        ),
        "pt": (
            "o a os as um uma uns umas e ou de do da dos das em no na nos nas que não se por com "
            "para pra pro seu sua seus é são era está estão estou foi ser tem têm muito mais mas "
            "como quem quando onde porque sem sobre também já tudo todos nada algo alguém eu tu ele "
            "ela eles nós você vocês meu minha me te lhe isso isto este esta esse essa hoje ontem "
            "amanhã agora sempre nunca tenho pode quero quer fazer faz bem mal melhor obrigado "
            "obrigada oi olá nem até desde entre aqui assim cada outro outra gente vida só vou vai "
            "vamos cara mim dela dele à ao aos pelo pela fica fui sou dia ainda lá"
        ),
        "fr": (
            "le la les un une des et ou de du au aux en que qui ne pas se par avec pour son sa ses "
            "est sont était suis es été être avoir il y a très plus mais comme quand où parce sans "
            "sur aussi déjà tout tous toute rien quelque je tu elle ils nous vous mon ma mes me te "
            "lui leur leurs ce cette ces ça cela si oui non aujourd hui hier demain maintenant "
            "toujours jamais j ai as avons avez ont peux peut veux veut faire fait bien mal mieux "
            "merci bonjour ni dans depuis entre ici chez chaque autre beaucoup gens vie juste vais "
            "va vont allez qu dit quoi pourquoi moi toi trop encore putain même alors fois soir "
            "notre votre vos"
        ),
        "it": (
            "il lo la i gli le un uno una e o di del della dei delle al alla ai in nel nella che "
            "non si per con su suo sua è sono era sta sto fu essere ho hai ha abbiamo hanno molto "
            "più ma come chi quando dove perché senza anche già tutto tutti niente qualcosa io tu "
            "lui lei loro noi voi mio mia mi ti ci vi questo questa quello quella se sì oggi ieri "
            "domani adesso ora sempre mai posso può voglio vuole fare fa bene male meglio grazie "
            "ciao né fino da dal tra qui così ogni altro altra gente vita solo vado va andare cosa "
            "sei siamo nei sul dalla cazzo ragazzi ancora dopo"
        ),
        "ca": (
            "el la els les un una uns i o de del dels al en que no es per amb seu seva és són era "
            "està estic molt més però com qui quan on perquè sense també ja tot tots res alguna "
            "algú jo tu ell ella nosaltres vosaltres meu meva em et li ens us això aquest aquesta "
            "aquell si sí avui ahir demà ara sempre mai tinc té tenen puc pot vull vol fer fa bé "
            "gràcies hola ni fins des entre aquí així cada altre altra gent vida només vaig va anem "
            "quina quin què ha han hi ho"
        ),
        "ro": (
            "și sau de la în pe cu din pentru că nu se este sunt era fi am ai are avem au foarte "
            "mai dar cum cine când unde fără despre deja tot toți toate nimic ceva cineva eu tu el "
            "ea noi voi ei meu mea mă te îl o le ne vă acest această asta ăsta aia astea dacă da "
            "azi ieri mâine acum mereu niciodată pot poate vreau vrea face bine rău mulțumesc salut "
            "nici până între aici așa fiecare alt altă lume viața doar un una unei ce iar ca să "
            "către lui lor fost fie ești e prea"
        ),
        "de": (
            "der die das den dem des ein eine einen einem einer und oder in im am zu zum zur von "
            "vom mit für auf ist sind war waren bin bist sein nicht kein keine keinen sehr mehr "
            "aber wie wer wenn wann wo weil ohne über auch schon alles alle nichts etwas jemand ich "
            "du er sie wir ihr mein meine mich mir dich dir ihm ihn uns euch dieser diese dieses ob "
            "ja nein heute gestern morgen jetzt immer nie habe hab hast hat haben kann kannst "
            "können will wollen machen macht gut schlecht besser danke hallo bis seit zwischen hier "
            "so jeder jede andere viele leute leben nur gehen geht werden wird wurde dass noch mal "
            "doch man sich nach bei aus warum was wieder einfach echt scheiße"
        ),
        "nl": (
            "de het een en of van in op te voor met naar bij uit om door is zijn was waren ben bent "
            "niet geen heel meer maar hoe wie als wanneer waar omdat zonder over ook al alles "
            "iedereen niets iets iemand ik jij je hij zij ze wij we jullie mijn me mij hem haar hun "
            "ons onze jouw deze dit die dat ja nee vandaag gisteren morgen nu altijd nooit heb hebt "
            "heeft hebben kan kun kunnen wil willen doen doet goed slecht beter bedankt hallo tot "
            "tussen hier zo elke andere veel mensen leven alleen gaan gaat ga wordt worden nog wel "
            "toch eens waarom wat weer echt er zou mag moet weet dan"
        ),
        "af": (
            "die n en of van in op te vir met na by uit om deur is was nie geen baie meer maar hoe "
            "wie as wanneer waar omdat sonder oor ook al alles almal niks iets iemand ek jy hy sy "
            "ons julle hulle my jou hom haar hierdie daardie dit ja nee vandag gister môre nou "
            "altyd nooit het kan wil doen goed sleg beter dankie hallo tot tussen hier so elke "
            "ander mense lewe net gaan nog tog hoekom wat weer regtig daar sal moet weet dan se "
            "lekker saam"
        ),
        "sv": (
            "och eller i på av till för med från om är var vara inte ingen inget mycket mer men hur "
            "vem när där eftersom utan över också redan allt alla något någon jag du han hon vi ni "
            "de dem min mitt mina mig dig honom henne oss er denna detta det den ett en att ja nej "
            "idag igår imorgon nu alltid aldrig har hade kan vill göra gör bra dåligt bättre tack "
            "hej mellan här så varje andra många folk liv bara går blir ska skulle varför vad igen "
            "ju väl sen vet som ut jävla"
        ),
        "da": (
            "og eller i på af til for med fra om er var være ikke ingen intet meget mere men "
            "hvordan hvem når hvor fordi uden over også allerede alt alle noget nogen jeg du han "
            "hun vi I de dem min mit mine mig dig ham hende os jer denne dette det den et en at ja "
            "nej dag går morgen nu altid aldrig har havde kan vil gøre gør godt dårligt bedre tak "
            "hej mellem her så hver andre mange folk liv bare bliver skal hvorfor hvad igen jo vel "
            "der som ud gider sgu blev lige selv efter kun"
        ),
        "no": (
            "og eller i på av til for med fra om er var være ikke ingen intet mye mer men hvordan "
            "hvem når hvor fordi uten over også allerede alt alle noe noen jeg du han hun vi dere "
            "de dem min mitt mine meg deg ham henne oss denne dette det den et en at å ja nei dag "
            "går morgen nå alltid aldri har hadde kan vil gjøre gjør bra dårlig bedre takk hei "
            "mellom her så hver andre mange folk liv bare blir skal hvorfor hva igjen jo vel der "
            "som ut orker ble litt selv etter ei kun"
        ),
        "is": (
            "og eða í á af til fyrir með frá um er var vera ekki enginn mjög meira en hvernig hver "
            "þegar hvar því án yfir líka allt allir ekkert eitthvað einhver ég þú hann hún við þið "
            "þeir þær minn mín mér mig þér þig honum henni okkur þetta þessi það að já nei dag gær "
            "morgun núna alltaf aldrei hef hefur get getur vil gera gott takk hæ milli hér svo "
            "aðrir margir fólk líf bara fara verður hvað aftur sem út"
        ),
        "fi": (
            "ja tai on ei en et eivät ole olen oli olla olet ovat hyvin enemmän mutta miten kuka "
            "kun milloin missä koska ilman myös jo kaikki mitään jotain joku minä mä sinä sä hän me "
            "te he minun mun sinun sun meidän tämä tää se ne nämä että jos joo kyllä tänään eilen "
            "huomenna nyt aina koskaan voi voin haluan tehdä hyvä huono kiitos moi välillä täällä "
            "niin joka toinen paljon ihmiset elämä vain vaan mennä miksi mitä taas kuin sitten "
            "vielä mukaan ihan todella vittu tämän sen kanssa ollut"
        ),
        "et": (
            "ja või on ei ole olen oli olla oled väga rohkem aga kuidas kes kui millal kus sest "
            "ilma ka juba kõik midagi keegi mina ma sina sa tema ta meie me teie te nemad nad minu "
            "mu sinu su see need et kas jah täna eile homme nüüd alati kunagi võib saab tahan teha "
            "teeb hea halb aitäh tere vahel siin nii iga teine palju inimesed elu ainult lihtsalt "
            "miks mida jälle siis veel välja mis nagu pole olid"
        ),
        "hu": (
            "a az egy és vagy van nincs volt lesz lenni nem nagyon több de hogyan hogy ki mikor ha "
            "hol mert nélkül is már minden mindenki semmi valami valaki én te ő mi ti ők engem "
            "téged nekem neked ez ezt azt igen ma tegnap holnap most mindig soha tud lehet akar "
            "csinál jó rossz jobb köszönöm szia között itt így más sok ember élet csak megy miért "
            "mit megint meg el be fel még kell sem vagyok aki ami olyan mint után"
        ),
        "pl": (
            "i lub albo w we na do z ze od dla przez po o jest są był była było być nie bardzo "
            "więcej ale jak kto kiedy gdzie bo bez też już wszystko wszyscy nic coś ktoś ja ty on "
            "ona my wy oni mój moja mnie mi ciebie ci cię jego jej nam nas was ten ta to te tego "
            "czy tak dzisiaj dziś wczoraj jutro teraz zawsze nigdy mam masz ma mają mogę może chcę "
            "chce robić robi dobrze źle lepiej dzięki cześć ani aż między tu tam każdy inny dużo "
            "ludzie życie tylko idę się że co dlaczego znowu za jeszcze kurwa żeby jestem"
        ),
        "cs": (
            "a nebo v ve na do z ze od pro s se o je jsou byl byla bylo být není ne velmi víc ale "
            "jak kdo když kdy kde protože bez taky také už všechno všichni nic něco někdo já ty on "
            "ona my vy oni můj moje mě mi tebe ti jeho její nám nás vás ten ta to tohle jestli že "
            "ano jo dnes dneska včera zítra teď vždycky nikdy mám máš má mají můžu může chci chce "
            "dělat dobře špatně lepší díky ahoj ani až mezi tady tam každý jiný hodně lidi lidé "
            "život jen jenom jdu co proč zase ještě jsem jsi jste si bych který venku vůbec tolik "
            "dost tak"
        ),
        "sk": (
            "a alebo v vo na do z zo od pre s sa o je sú bol bola bolo byť nie veľmi viac ale ako "
            "kto keď kedy kde pretože bez tiež aj už všetko všetci nič niečo niekto ja ty on ona my "
            "vy oni môj moje ma mňa mi teba ti jeho jej nám nás vás ten tá to toto či že áno hej "
            "dnes včera zajtra teraz vždy nikdy mám máš má majú môžem môže chcem chce robiť dobre "
            "zle lepšie ďakujem vďaka ahoj ani až medzi tu tam každý iný veľa ľudia život len idem "
            "čo prečo zase ešte som si ste by ktorý vonku vôbec dosť tak"
        ),
        "sl": (
            "in ali v na do z s od za iz pri po o je so bil bila bilo biti ni ne zelo več ampak pa "
            "kako kdo ko kdaj kje ker brez tudi že vse vsi nič nekaj nekdo jaz ti on ona mi vi oni "
            "moj moja me mene tebe njega nam nas vas ta to te če da danes včeraj jutri zdaj vedno "
            "nikoli imam imaš ima imajo lahko hočem hoče delati dobro slabo boljše hvala živjo med "
            "tukaj tam vsak drug veliko ljudje življenje samo grem kaj zakaj spet še sem si ste bi "
            "ki res se lepo zunaj tako"
        ),
        "hr": (
            "i ili u na do iz s sa od za po o je su bio bila bilo biti nije nisu ne vrlo više ali "
            "kako ko tko kad kada gdje gde jer bez također već sve svi ništa nešto netko neko ja ti "
            "on ona mi vi oni moj moja me mene tebe njega nam nas vas ovaj ova ovo to taj ako da "
            "danas jučer juče sutra sad sada uvijek nikad imam imaš ima imaju mogu može hoću hoće "
            "raditi dobro loše bolje hvala bok zdravo između ovdje tamo svaki drugi puno ljudi "
            "život samo idem što šta zašto opet još sam si ste smo bi koji koja se li jako baš ide "
            "posao vani malo"
        ),
        "sq": (
            "dhe ose në me nga për te tek pa është janë ishte jam jemi nuk shumë më por si kush kur "
            "ku sepse edhe tashmë gjithë të gjitha asgjë diçka dikush unë ti ai ajo ne ju ata ato "
            "im ime mua ty atij asaj na kjo ky këto që nëse po jo sot dje nesër tani gjithmonë "
            "kurrë kam ke ka kemi kanë mund dua do bëj mirë keq faleminderit përshëndetje mes këtu "
            "ashtu çdo tjetër njerëz jeta vetëm shkoj pse çfarë përsëri i e një së kështu u"
        ),
        "lv": (
            "un vai ir nav bija būt esmu esi ļoti vairāk bet kā kas kad kur jo bez arī jau viss "
            "visi nekas kaut kāds es tu viņš viņa mēs jūs viņi mans mana mani man tevi tev viņam "
            "mums jums šis šī tas tā to ja jā nē šodien vakar rīt tagad vienmēr nekad var varu "
            "gribu grib darīt labi slikti labāk paldies sveiki starp šeit tur katrs cits daudz "
            "cilvēki dzīve tikai iet kāpēc ko atkal ar par no uz pie pēc vēl ka lai būs"
        ),
        "lt": (
            "ir ar arba yra nėra buvo būti esu esi labai daugiau bet kaip kas kada kai kur nes be "
            "taip pat jau viskas visi nieko kažkas aš tu jis ji mes jūs jie mano mane man tave tau "
            "jam mums jums šis ši tai ta jei jeigu ne šiandien vakar rytoj dabar visada niekada "
            "gali galiu noriu nori daryti gerai blogai geriau ačiū labas tarp čia ten kiekvienas "
            "kitas daug žmonės gyvenimas tik eiti kodėl ką vėl su apie iš į prie po dar kad nors"
        ),
        "tr": (
            "ve veya ile bir bu şu o için değil var yok çok daha ama fakat nasıl kim ne zaman "
            "nerede çünkü de da mi mı mu her şey herkes hiç hiçbir bazı biri ben sen biz siz onlar "
            "benim senin bana sana beni seni onu bize size bunu eğer ki evet hayır bugün dün yarın "
            "şimdi hep asla olan olarak olur oldu olmak olsun istiyorum yapmak iyi kötü güzel "
            "teşekkürler merhaba kadar gibi arasında burada öyle böyle diğer insan hayat sadece "
            "neden yine sonra önce bence artık lan abi ya diye gelmiyor bilen mıyım hava işe"
        ),
        "az": (
            "və ya ilə bir bu o üçün deyil var yox çox daha amma necə kim nə vaxt harada çünki də "
            "da hər şey hamı heç biri mən sən biz siz onlar mənim sənin mənə sənə məni səni onu "
            "bizə sizə əgər ki bəli xeyr bugün gün dünən sabah indi həmişə olan olur oldu olmaq "
            "istəyirəm etmək yaxşı pis gözəl sağ salam kimi burada belə başqa insan həyat yalnız "
            "niyə yenə sonra əvvəl artıq olun ola bilən gəlmir saat hava işə"
        ),
        "id": (
            "yang dan atau di ke dari untuk dengan pada ini itu adalah tidak tak nggak gak enggak "
            "bukan ada sangat banget lebih tapi tetapi bagaimana gimana siapa kapan kalau mana "
            "karena tanpa juga sudah udah semua apa sesuatu seseorang aku saya gue kamu lo dia kami "
            "kita mereka nya ya hari kemarin besok sekarang selalu bisa mau ingin buat bikin baik "
            "buruk makasih terima kasih halo antara sini begitu setiap lain banyak orang hidup "
            "hanya cuma pergi kenapa lagi akan belum masih sama aja dong deh sih tahu nunggu tunggu "
            "datang tuh loh kok"
        ),
        "ms": (
            "yang dan atau di ke dari untuk dengan pada ini ni itu tu adalah tidak tak bukan ada "
            "sangat lebih tapi tetapi bagaimana macam siapa bila kalau mana kerana sebab tanpa juga "
            "sudah dah semua apa sesuatu aku saya awak kau dia kami kita mereka nya ya hari semalam "
            "esok sekarang sentiasa boleh nak mahu ingin buat baik terima kasih antara sini begitu "
            "setiap lain banyak orang hidup hanya je pergi kenapa lagi akan belum masih sama la lah "
            "kat pun memang korang"
        ),
        "tl": (
            "ang ng sa mga na at o ay ni si kay para mula hindi wala may mayroon napaka mas pero "
            "paano sino kailan kung saan dahil kasi din rin lahat ano isang ako ko akin ikaw ka mo "
            "iyo siya niya kami tayo natin kayo ninyo sila nila ito iyan iyon yan yun oo ngayon "
            "bukas kahapon palagi pwede gusto gawin ginawa mabuti salamat kumusta dito ganito bawat "
            "iba marami tao buhay lang bakit ulit pa ba po naman talaga nga daw kaya nang yung"
        ),
        "vi": (
            "và hoặc là của cho với từ trong trên không chẳng có rất hơn nhưng nào ai khi đâu "
            "vì cũng đã rồi tất cả gì tôi tao mình bạn mày anh em chị nó chúng ta họ này đó kia nếu "
            "vâng ừ hôm nay qua mai bây giờ luôn được thể muốn làm tốt xấu đẹp cảm ơn chào giữa đây "
            "vậy mỗi khác nhiều người sống chỉ đi tại sao lại nữa sẽ đang thì mà những các một phải "
            "ra vào biết chưa quá"
        ),
        "sw": (
            "na au ya wa la za kwa katika ni si sio kuwa sana zaidi lakini vipi nani lini kama wapi "
            "sababu bila pia tayari wote yote kitu mtu mimi wewe yeye sisi ninyi wao yangu yako "
            "yake yetu hii hiyo huyu ile hapa hapo ndiyo hapana leo jana kesho sasa daima kuna "
            "hakuna naweza nataka kufanya nzuri mbaya asante habari kati kila mwingine watu maisha "
            "tu kwenda nini tena ili kwamba bado hata huo nina"
        ),
        "so": (
            "iyo oo ama ka ku u si la waa waxaa waxay wuxuu ma aan aad ayaa ayaan ayuu ayay badan "
            "laakiin sida yaa goorma haddii halkee sababta isagoo sidoo dhan wax qof aniga adiga "
            "isaga iyada annaga idinka iyaga kan tan kaas haa maya maanta shalay berri hadda had "
            "mar leh jira rabaa samee fiican xun mahadsan salaan halkan walba kale dad nolol kaliya "
            "maxaa inaan inuu uusan tahay yahay ahay"
        ),
        "cy": (
            "y yr a ac neu yn i o ar am gyda gan oddi mae maen roedd oedd bod yw ydy dydy ddim dim "
            "iawn mwy ond sut pwy pan pryd ble lle achos heb hefyd wedi pob pawb rhywbeth rhywun fi "
            "chi ti fe hi hen ni nhw fy dy ei ein eich eu hwn hon hyn os ie na heddiw ddoe yfory "
            "nawr wastad byth gallu eisiau gwneud da drwg diolch helo rhwng yma felly arall llawer "
            "pobl bywyd mynd pam beth eto dw wyt"
        ),
        "eu": (
            "eta edo da dira zen ez bai oso baina nola nor noiz non zergatik gabe ere dena guztiak "
            "ezer zerbait norbait ni zu hura gu zuek haiek nire zure bere gure niri zuri hau hori "
            "bada gaur atzo bihar orain beti inoiz dut du dugu dute naiz zara gara nahi egin egiten "
            "ondo gaizki hobeto eskerrik asko kaixo arte hemen horrela bakoitza beste jende bizitza "
            "bakarrik joan zer berriro bat dago ari izan den al inork daki zain egun etorri nago "
            "zaude"
        ),
        "ru": (
            "и в во не на я что он она с со как а то все так его но да ты к у же вы за бы по только "
            "её мне было вот от меня ещё нет о из ему теперь когда даже ну ли если уже или ни быть "
            "был была были него до вас опять вам ведь там потом себя ничего ей может они тут где "
            "есть надо ней для мы тебя их чем сам чтоб без будто чего раз тоже себе под будет кто "
            "этот это эта эти сегодня вчера завтра сейчас почему очень спасибо который хочу знает "
            "какой после при об этого всех вообще идти улице такой хороший день можно люди"
        ),
        "uk": (
            "і й та в у не на я що він вона з із як а то все так його але ти до ж ви за б по тільки "
            "її мені було від мене ще ні немає о коли навіть ну чи якщо вже або бути був була були "
            "там потім себе нічого може вони тут де є треба для ми тебе їх без чого раз теж також "
            "під буде хто цей це ця ці сьогодні вчора завтра зараз чому дуже дякую який яка хочу "
            "знає після при про щоб вас знову зовсім йти такий гарний день можна люди"
        ),
        "be": (
            "і й у не на я што ён яна з са як а то ўсё так яго але ты да ж вы за б па толькі яе мне "
            "было ад мяне яшчэ няма калі нават ну ці ўжо або быць быў была былі там потым сябе "
            "нічога можа яны тут дзе ёсць трэба для мы цябе іх без чаго таксама пад будзе хто гэты "
            "гэта гэтая сёння учора ўчора заўтра зараз чаму вельмі дзякуй які хачу ведае пасля пры "
            "каб"
        ),
        "bg": (
            "и в във не на аз ти той тя то че какво с със как а но да ми му го ги я ни ви им те се "
            "си за по от до из още има няма когато дори ли ако вече или съм е сме сте са беше бил "
            "там после нищо може тук къде трябва ние мен теб без също под ще кой този това тази "
            "тези днес вчера утре сега защо много благодаря който искам знае след при само една "
            "един като"
        ),
        "sr": (
            "и у не на ја ти он она то да што шта с са како а али ми му га их се за по од до из још "
            "има нема кад када ли ако већ или сам си је смо сте су био била било тамо после ништа "
            "може овде где треба мене тебе без такође под ће ко овај ово та данас јуче сутра сада "
            "зашто много хвала који хоћу зна при само један као баш није опет"
        ),
        "mk": (
            "и во не на јас ти тој таа тоа да што со како а но ми му го ги се за по од до уште има "
            "нема кога дури ли ако веќе или сум си е сме сте беше бил таму потоа ништо може тука "
            "каде треба ние мене тебе без исто под ќе кој овој ова оваа овие денес вчера утре сега "
            "зошто многу благодарам сакам знае после при само еден една пак"
        ),
        "kk": (
            "және мен сен ол біз сіз олар бұл осы сол бір жоқ бар емес үшін да де та те бірақ қалай "
            "кім не қашан қайда өте көп деп еді екен болды болып болады бүгін кеше ертең қазір неге "
            "тағы ғой ма ме ба бе менің сенің оның жақсы рахмет"
        ),
        "ar": (
            "في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن ليس كان كانت يكون "
            "هو هي هم نحن أنا انا أنت انت كل بعض قد أن ان إن كما لكن أو او ثم حتى بعد قبل بين عند "
            "عندي لماذا كيف متى أين ماذا اليوم أمس غدا الآن دائما جدا شكرا يا الله هل مش مو شو ايش "
            "ليش احنا والله لكم غير فيه يعني شي"
        ),
        "fa": (
            "و در به از که این آن را با است برای نیست بود هم یا تا اگر اما ولی من تو او ما شما آنها "
            "ها می همه هیچ چه چرا چطور کی کجا امروز دیروز فردا الان همیشه خیلی ممنون مرسی باید شد "
            "شده هست یک دیگر کنم کرد کند بر سر اصلا اینکه خود هنوز دارم"
        ),
        "ur": (
            "اور کے کی کا کو میں سے ہے ہیں تھا تھی تھے نے پر یہ وہ کہ بھی نہیں تو ہم آپ تم مجھے مجھ "
            "اس ان کیا کیوں کیسے کب کہاں آج کل ابھی ہمیشہ بہت شکریہ ہو گا گی گے رہا رہی ایک کر لیے "
            "ساتھ سب کچھ جو پھر تک"
        ),
        "ps": (
            "او د په چې له ته دا دی ده نه هم که سره يې یې زه تاسو موږ دوی هغه څه ولې څنګه کله چیرته "
            "نن پرون سبا اوس ډېر ډیر مننه کړي شي وي کې لپاره خو"
        ),
        "ku": (
            "و له بۆ کە ئەو ئەم من تۆ ئێمە ئێوە ئەوان نا بەڵێ چی بۆچی چۆن کەی کوێ ئەمڕۆ دوێنێ ئێستا "
            "زۆر سوپاس هەیە نییە لە بە دە هەر هەموو"
        ),
        "hi": (
            "और का के की को में से है हैं था थी थे ने पर यह ये वह वो कि भी नहीं तो "
            "हम आप तुम मैं मुझे इस उस क्या क्यों कैसे कब कहाँ आज कल अभी हमेशा बहुत "
            "धन्यवाद हो गा गी रहा रही एक कर लिए साथ सब कुछ जो फिर तक किसी मेरा मेरी"
        ),
        "mr": (
            "आणि चा चे ची ला मध्ये आहे आहेत होता होती होते ने वर हा ही हे तो ती ते "
            "की पण नाही तर आम्ही आपण तुम्ही तू मी मला या त्या काय का कसे कधी कुठे "
            "आज काल आता नेहमी खूप धन्यवाद एक साठी सगळे सर्व काही जो जे अजून माझा "
            "माझे असे"
        ),
        "ne": (
            "र को का की लाई मा बाट छ छन् थियो थिए ले यो त्यो कि पनि होइन छैन हामी "
            "तपाईं तिमी म मलाई यस के किन कसरी कहिले कहाँ आज हिजो भोलि अहिले धेरै "
            "धन्यवाद हो एक गर्न लागि सबै केही जो फेरि हुन्छ गरेको भएको"
        ),
    }
)
"""Tag (BCP 47) -> words. Croatian stands for Bosnian and Serbian in Latin letters too."""

LETTERS: Final = MappingProxyType(
    {
        "ru": "ийщъыэёьяю",
        "uk": "иійщьяюїєґ",
        "be": "іыэёйьяюў",
        "bg": "ийщъяю",
        "sr": "ијљњџђћ",
        "mk": "ијљњџѓќѕ",
        "kk": "иійыэьяқңғұһө",
        "ar": "كيىةأإئؤ",
        "fa": "پچگژکی",
        "ur": "پچگکیٹڈےںھہ",
        "ps": "پچېيټډړښږځڅګ",
        "ku": "پچگژکیڕڵێۆە",
        "es": "ñáéíóú¿¡",
        "pt": "ãõçáéóúâêô",
        "fr": "éèêëàâçœîïôùû",
        "it": "àèìòùé",
        "ca": "çàèéíïòóú",
        "ro": "ăâîșțşţ",
        "de": "äöüß",
        "nl": "ëï",
        "sv": "åäö",
        "da": "æøå",
        "no": "æøå",
        "is": "ðþáéíóúýæö",
        "fi": "äö",
        "et": "äõöü",
        "hu": "áéíóöőúüű",
        "pl": "ąćęłńóśźż",
        "cs": "áčďéěíňóřšťúůýž",
        "sk": "áäčďéíĺľňóôŕšťúýž",
        "sl": "čšž",
        "hr": "čćđšž",
        "sq": "çë",
        "lv": "āčēģīķļņšūž",
        "lt": "ąčęėįšųūž",
        "tr": "çğıöşü",
        "az": "çəğıöşü",
        "vi": ("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"),
    }
)
"""Tag -> letters that tell it from others in its script, in lower case; looked for in the text as posted."""

SEVERAL: Final = ("Cyrillic", "Arabic", "Devanagari")

SCRIPTS: Final = MappingProxyType(
    {
        "Latin": (
            "41-5A 61-7A AA BA C0-D6 D8-F6 F8-2AF 1E00-1EFF 2C60-2C7F A720-A7FF AB30-AB6F FF21-FF3A FF41-FF5A"
        ),
        "Cyrillic": "400-52F 1C80-1C8F 2DE0-2DFF A640-A69F",
        "Arabic": "620-65F 66E-6D3 6D5-6EF 6FA-6FF 750-77F 8A0-8FF FB50-FDFF FE70-FEFE",
        "Devanagari": "900-963 971-97F A8E0-A8FF",
        "el": "370-373 376-37D 37F-3FF 1F00-1FFF",
        "hy": "531-556 561-587",
        "he": "591-5F4 FB1D-FB4F",
        "bn": "980-9E5 9F0-9F1",
        "pa": "A01-A75",
        "gu": "A81-AE5 AF9-AFF",
        "or": "B01-B65 B71",
        "ta": "B82-BE5",
        "te": "C00-C65",
        "kn": "C80-CE5",
        "ml": "D00-D65",
        "si": "D80-DE5",
        "th": "E01-E4E",
        "lo": "E80-ECD EDC-EDF",
        "bo": "F00 F40-FBC",
        "my": "1000-103F 1050-108F AA60-AA7F",
        "ka": "10A0-10FF 1C90-1CBF 2D00-2D2F",
        "ko": "1100-11FF 3130-318F A960-A97F AC00-D7FF",
        "am": "1200-137F 1380-139F 2D80-2DDF",
        "km": "1780-17D3",
        "ja": "3041-3096 309D-309F 30A1-30FA 30FC-30FF 31F0-31FF FF66-FF9D",
        "zh": "3005-3007 3400-4DBF 4E00-9FFF F900-FAFF",
    }
)
"""Script -> code points in hex, both ends included.

A script that one language uses, or nearly so, has its tag for name.
"""
