"""A record for the tests of the site: the small coverage, actors, and an article that means harm."""

from actor_cases import body, person, story
from record_cases import ALL, FIRST, article, statement

from onrecord.types import Read

HOSTILE = (
    "<script>window.harmed = 1</script> said \"<img src=x onerror='window.harmed=1'>\" to "
    '<a href="javascript:window.harmed=1">Ann</a> \u202eevil\u202c {{ 7 * 7 }} {% raise %} '
    + "W" * 5000
    + "\n\n“</p></blockquote><style>*{display:none}</style>” said </textarea>. &lt;b&gt; \u2066\u2067"
)
HARM = article(
    "<b>harm</b>/../../etc/passwd.txt", HOSTILE, outlet="<i>Evil & Sons</i>", published="2026-04-16",
    title="<script>window.harmed=1</script>\u202eTitle", url="javascript:window.harmed=1", authors=("<u>A</u>",),
)  # fmt: skip
HARM_SAID = [
    statement(HARM, "<script>window.harmed = 1</script>", "said", "\"<img src=x onerror='window.harmed=1'>\""),
    statement(HARM, "</textarea>", "said", "“</p></blockquote><style>*{display:none}</style>”", kind="direct"),
]
RTL = article(
    "rtl.txt", "قال الوزير إن الحكومة لن ترسل قوات.", outlet="الجريدة", published="2026-04-17", title="الحكومة ترفض",
)  # fmt: skip
RTL_SAID = [statement(RTL, "الوزير", "قال", "إن الحكومة لن ترسل قوات")]
KOS = person("Elfriede Kos", role="president", organisation="BGV", country="AT")
STORIES = [
    story("courier-1", KOS, person("Jakob Wieser", role="minister", country="AT"), body("BGV", country="AT")),
    story(
        "courier-2", KOS, body("Rail Union"), published="2026-04-20",
        text="Elfriede Kos said that matter 0 was settled. Rail Union said that matter 1 was settled, and more.",
    ),
    story("mail-1", person("Elfriede Kos"), person("Tom Rennie"), outlet="The Mail", published="2026-05"),
]  # fmt: skip


def fill(record):
    for of, said in [*ALL, (HARM, HARM_SAID), (RTL, RTL_SAID)]:
        assert record.add(of, Read(statements=tuple(said)), reading=FIRST)
    for of, read in STORIES:
        assert record.add(of, read, reading=FIRST)
    return record
