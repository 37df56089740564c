import pytest

from onrecord.reading.furniture import furniture, is_furniture
from onrecord.types import Span

FURNITURE = [
    # calls to subscribe, follow, write
    "Sign up to our morning briefing",
    "Sign up for The Ledger, our weekly email on local money",
    "Subscribe to the Harbour Post newsletter for more stories like this",
    "For more, sign up for the Night Desk newsletter.",
    "Forwarded this email? Subscribe here.",
    "Get the day's top stories delivered to your inbox.",
    "Follow us on Facebook, Instagram and YouTube",
    "Follow Ada Quill on Twitter @adaquill.",
    "Email the reporter at a.quill@harbourpost.example",
    "CLICK HERE TO GET THE HARBOUR POST APP",
    "Have a tip? Write to the newsroom.",
    "Watch the full interview below:",
    # pointers
    "Read more: Ferry company loses its licence",
    "READ MORE – Ferry company loses its licence",
    "Read more",
    "Related: How the ferry dispute began",
    "RELATED STORIES",
    "Don’t miss",
    "Watch: The moment the ferry left without its captain",
    # credits and captions
    "Photograph: Jane Doe/AFP",
    "Picture: Jane Doe",
    "Image: Harbour Post",
    "The minister at the quay on Monday. (AP Photo/Jane Doe)",
    "The minister at the quay on Monday. Photograph: Jane Doe/AFP",
    "The minister at the quay. Jane Doe/Getty Images",
    "Jane Doe via Getty Images",
    "FILE - In this May 4, 2019, photo, the minister boards a ferry.",
    "File photo",
    # notices
    "This article was amended on 4 May 2025 to correct the name of the ferry.",
    "An earlier version of this story misspelled the captain's name.",
    "Correction: The ferry sank in 2019, not in 2018.",
    "© 2025 Harbour Post. All rights reserved.",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "We use cookies to improve your experience.",
    "By signing up you agree to our terms of use.",
    "Published 3 May 2025, 14:02",
    "Updated at 1:23 p.m.",
    "4 min read",
    "(Reporting by Jane Doe; Editing by John Roe)",
    "John Roe in Ostend contributed to this report.",
    # buttons and labels
    "Advertisement",
    "ADVERTISEMENT",
    "Story continues below",
    "Share",
    "Share on Facebook | Tweet | Email | Print",
    "12 comments",
]

OWN_WORDS = [
    "Read more books, said the minister.",
    "Read more books and argue less, the minister told pupils.",
    "“Sign up to our plan or leave,” the union leader told members.",
    "“Read more: it is the only way,” he said.",
    "Sign up for the new scheme by Friday, the council told residents in an email.",
    "Subscribe to the theory or not, the figures speak for themselves.",
    "Follow the money and you will find the minister, said Ms Quill.",
    "Get out of the harbour, the captain warned, or the police will board.",
    "Photographs of the ferry show a hole in its side.",
    "The photo shows the minister on the quay.",
    "Image is everything, the mayor said.",
    "Pictures from the scene were shared by thousands on Twitter.",
    "Related companies must report the sale, the regulator said.",
    "Share prices fell by 4% after the announcement.",
    "Comments by the minister drew laughter.",
    "Video shows the ferry leaving at 9:40 a.m.",
    "Updated figures will be published in May, the ministry said.",
    "Published in 2019, the report found no fault.",
    "Corrections officers walked out on Monday.",
    "Copyright law must change, publishers argued.",
    "We owe the captain our lives, a passenger wrote.",
    "This article of faith was shaken on Tuesday.",
    "Advertisements for gambling will be banned, the minister announced.",
    "Reuters reported that the ferry had been sold.",
    "More: the saint who said no to a king.",
    "Print journalism is dead, he declared.",
    "Email from the minister, seen by the Post, shows that she knew.",
    "The firm joined Twitter/X in opposing the law.",
    "",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_found(line):
    assert is_furniture(line)


@pytest.mark.parametrize("line", OWN_WORDS)
def test_own_words_stay(line):
    assert not is_furniture(line)


def test_spans_are_lines_without_surrounding_space():
    text = "The ferry sank.\n\n  Advertisement \n\nNobody was hurt.\r\nRead more: How it began\r\n"
    spans = furniture(text)
    assert [text[s.start : s.end] for s in spans] == ["Advertisement", "Read more: How it began"]
    assert spans[0] == Span(19, 32)


def test_headlines_listed_under_a_pointer_go_with_it():
    text = "The ferry sank.\n\nRelated stories\n- Captain on trial\n• Owner vanishes\n\nThe inquiry opens on Monday.\n- one\n"
    assert [text[s.start : s.end] for s in furniture(text)] == [
        "Related stories",
        "- Captain on trial",
        "• Owner vanishes",
    ]


def test_hard_wrapped_paragraph_is_no_list_of_lines():
    # the second line looks like a pointer, but goes on a sentence
    text = "Her only advice to the pupils in the hall that day was\nread more: books, papers, anything.\n"
    assert furniture(text) == ()
    assert furniture("Her advice.\nread more: books, papers, anything.\n") == (Span(12, 47),)


def test_a_long_paragraph_is_never_furniture():
    assert not is_furniture("Read more: " + "the ferry sank again " * 40)


def test_time_is_bounded_on_hostile_lines():
    for piece in ("(photo ", "in this ", "sign up to ", "a/", "share | ", "[(", "published "):
        furniture(piece * 20_000)
        furniture((piece * 30 + "\n") * 300)
