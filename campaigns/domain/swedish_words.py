"""Swedish words that the hints on readability go by. The lists hold what is usual in texts to the public."""

from collections.abc import Mapping


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ABBREVIATIONS: Mapping[str, str] = {
    "bl.a.": "bland annat",
    "ca": "cirka",
    "d.v.s.": "det vill säga",
    "dvs.": "det vill säga",
    "etc.": "och så vidare",
    "ev.": "eventuellt",
    "exkl.": "utan",
    "f.d.": "före detta",
    "f.n.": "för närvarande",
    "fr.o.m.": "från och med",
    "inkl.": "med",
    "jfr": "jämför",
    "m.a.o.": "med andra ord",
    "m.fl.": "med flera",
    "m.m.": "med mera",
    "o.dyl.": "och liknande",
    "o.s.v.": "och så vidare",
    "osv.": "och så vidare",
    "p.g.a.": "på grund av",
    "pga": "på grund av",
    "resp.": "respektive",
    "s.k.": "så kallad",
    "t.ex.": "till exempel",
    "t.o.m.": "till och med",
    "t.v.": "tills vidare",
}

NEGATIONS = _words("aldrig ej icke ingen ingenstans ingenting inget inga inte knappast varken")

# Words that join a second thought to a sentence.
JOINING = _words(
    "då där därför eftersom fast fastän för innan liksom medan men när om samt sedan som såvida trots utan"
)

# Verbs that end with -s and are no passives: deponents, and what people do to each other. In every tense.
DEPONENTS = _words(
    """
    andas andades andats behövas behövdes behövs behövts brottades brottas enades enas enats envisas fanns fattades
    fattas fattats finnas finns funnits färdades färdas följas följs godtas hjälpas hjälps hjälptes hjälpts hoppades
    hoppas hoppats hördes hörs höras hörts kramades kramas kräks kräkas kräktes krävas krävdes krävs krävts kändes
    kännas känns känts lyckades lyckas lyckats låtsades låtsas låtsats minnas mindes minns mints misslyckades
    misslyckas misslyckats mötas möts möttes mötts nöjas räcks rymdes rymmas ryms saknades saknas saknats ses setts
    skildes skiljas skiljs skilts skämdes skämmas skäms skämts slagits slogs slåss svettades svettas synas syns syntes
    synts sågs trivas trivdes trivs trivts trängas trängdes trängs träffades träffas träffats turades turas tyckas
    tycks tycktes tyckts tävlas umgicks umgås umgåtts vistades vistas vistats åldrades åldras åldrats återfinns
    """
)

# Words that end as passives do and are no verbs.
NO_VERBS = _words(
    """
    allas andras bådas fleras flickas framtidas gamlas jonas klas lukas mammas mats mångas nicklas niklas pappas rikas
    sjukas tobias tomas ungas vuxnas våras
    """
)

# Passives whose endings do not tell them from other words; one of the prefixes below may stand before them.
PASSIVES = _words(
    """
    används bands begärs bestäms binds bjuds bryts bröts byggs böjs drivs drogs dras döms fylls förs gavs ges gjorts
    greps grips görs hålls hölls klipps köps lades leds lyfts läggs läses lärs nås sades skrevs skrivs skickas sköts
    slängs släpps sprids stals stjäls ställs stängs stöds styrs sägs säljs sänds sätts tas togs trycks utses vänds väljs
    """
)
PREFIXES = _words("an av be bort er fram från för genom in med mot ned om på sam till un under upp ut vid åter över")

# What follows a verb and hardly ever a genitive, which wants its noun at once.
AFTER_A_VERB = _words(
    """
    aldrig alltid att av bara bort då därför där efter eller enligt från för först genom här i igen ihop in innan inte
    med men mot ned när nu och också ofta om på redan sedan snart som så till tillbaka under upp ut utan varje vid
    ännu åt över
    """
)

# What stands before a verb in its basic form.
BEFORE_A_VERB = _words("att behöver bör får kan kunna kunde måste ska skall skulle vill inte")
