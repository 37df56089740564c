"""Nouns by which news names those who speak: people by what they are, organisations, groups, what they publish."""

import re

PEOPLE = frozenset(
    """
    academic activist actor actress adjudicator administrator admiral adviser advisor advocate agent aide ally
    ambassador analyst anchor architect archbishop artist assistant astronaut athlete attorney author baker
    banker barrister bishop blogger boss brother builder businessman businesswoman campaigner candidate captain
    cardinal caretaker carer chair chairman chairperson chairwoman chancellor chef chief cleric clerk coach
    colonel columnist comedian commander commentator commissioner composer congressman congresswoman constable
    consultant convenor coordinator coroner correspondent councillor counsel counsellor cousin critic curator
    daughter dealer dean defendant delegate demographer deputy designer detective developer diplomat director
    director-general doctor driver ecologist economist editor emperor engineer envoy epidemiologist executive
    expert farmer father filmmaker firefighter fisherman forecaster founder friend general geologist governor
    grandfather grandmother grower headmaster headmistress headteacher head historian husband imam inspector
    investigator investor journalist judge juror justice keeper king lawmaker lawyer leader lecturer legislator
    librarian lieutenant lobbyist magistrate major manager marshal mayor meteorologist miner minister monk
    mother mp msp musician negotiator neighbour neighbor nephew nominee novelist nurse nutritionist officer
    official operator opponent organiser organizer owner painter paramedic parent partner passenger pastor
    pathologist patient patriarch philosopher physician pilot planner player playwright poet policeman
    policewoman politician pollster pontiff pope postmistress premier presenter president priest prime-minister
    prince princess principal producer professor prosecutor protester psychologist publisher pupil queen rabbi
    ranger rapporteur rebel refugee regulator representative researcher resident residents reverend rival sailor
    scholar scientist secretary secretary-general sculptor senator sergeant sheriff singer sister skipper
    socialist solicitor soldier son speaker specialist spokesman spokesperson spokeswoman sponsor strategist
    student superintendent supervisor surgeon survivor taoiseach teacher technician teenager treasurer trustee
    tutor uncle undersecretary vendor veteran vicar vice-chancellor vice-president victim villager visitor
    volunteer whip widow widower wife winner witness woman man worker writer tanaiste veteran vet
    nationalist conservative liberal republican democrat populist centrist shipowner hotelier landlord tenant
    trader shopkeeper steward
    """.split()
)
ORGANISATIONS = frozenset(
    """
    academy administration agency airline alliance army assembly association authority bank bench bloc board
    body broadcaster brokerage bureau cabinet campaign carmaker carrier caucus centre center chamber charity
    church city club coalition commission committee community company confederation conglomerate congress
    consortium convention cooperative corporation council county court department developer directorate district
    drugmaker embassy employer executive faction family federation firm force forum foundation front fund giant
    government group guild hospital house industry inquiry inspectorate institute institution judiciary junta
    league legislature lobby manufacturer maker medium military ministry mission monarchy movement municipality
    museum navy network newspaper ngo office opposition orchestra organisation organization outlet palace panel
    paper parliament partnership party platform police pollster presidency press producer programme prosecution
    province publisher rating regime region regulator retailer school secretariat senate service side society
    squad staff startup start-up state station store subsidiary supplier team thinktank think-tank tank trade
    treasury tribunal troika trust union university utility watchdog
    """.split()
)
# Bodies that any state has: by these words alone nobody knows whose is meant.
ANY_STATES = frozenset(
    """
    army cabinet committee court government military ministry opposition parliament police treasury
    """.split()
)
GROUPS = frozenset(
    """
    people police critics supporters opponents experts voters residents
    """.split()
)
DOCUMENTS = frozenset(
    """
    analysis advertisement affidavit account article bill blog brief briefing bulletin circular column
    communique complaint contract decision declaration decree directive dispatch dissent document draft
    editorial email e-mail essay estimate estimates feed figures filing filings findings guidance indictment
    interview judgment judgement lawsuit leaflet legislation letter manifesto memo memorandum message minutes
    motion note notice opinion order pamphlet paper papers petition poll polling post posts presentation
    press-release projection projections proposal publication readout record records release remarks report
    reports research resolution ruling speech statement study submission summary survey testimony text
    transcript treaty tweet verdict video writ
    """.split()
)
SPOKESPEOPLE = frozenset(
    ["spokesman", "spokeswoman", "spokesperson", "spokespeople", "spokesmen", "spokeswomen", "press-officer"]
)
FORMER = frozenset(
    """
    former ex late retired onetime one-time erstwhile ousted outgoing
    """.split()
)
KIN = frozenset(
    """
    brother sister father mother son daughter wife husband widow widower cousin nephew niece uncle aunt friend
    colleague neighbour neighbor partner predecessor successor counterpart deputy aide adviser advisers doctor
    lawyer solicitor barrister spokesman spokeswoman spokesperson family parents office team
    """.split()
)
NUMBERS = frozenset(
    """
    two three four five six seven eight nine ten dozen both several some many most few
    """.split()
)
_PLURAL = re.compile(r"(?:ies|men|people|[^s'’i]s|women|police|staff)$")


def singular(noun: str) -> str:
    """ "ministers" → "minister", "spokesmen" → "spokesman"; words of the lists are left as they are."""
    if noun in PEOPLE or noun in ORGANISATIONS or noun in DOCUMENTS:
        return noun
    for ending, single in (("ies", "y"), ("men", "man"), ("sses", "ss"), ("ches", "ch"), ("s", "")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1:
            return noun.removesuffix(ending) + single
    return noun


def is_plural(noun: str) -> bool:
    """Whether ``noun`` names several: "ministers", "people", "spokesmen"."""
    return (bool(_PLURAL.search(noun)) and singular(noun) != noun) or noun in {"people", "women", "men"}


def is_person(noun: str) -> bool:
    """Whether ``noun`` names a person by what they are; of words not listed, the ending decides."""
    one = singular(noun)
    return one in PEOPLE or (
        one not in ORGANISATIONS and bool(re.search(r"(?:ist|ian|man|woman|person|ologist)$", one))
    )
