"""Lines of a text that are not the article's own words: prompts, picture credits, notices, buttons.

A statement inside such a line is nobody's, so its reading drops it; taken from a page, the line itself is dropped.
A missed line costs one odd statement, a wrongly taken one loses what somebody said. So a line counts only if its form
gives it away (a label, a call to subscribe, a credit at its end), and a call that attributes words to somebody
("Read more books, said the minister") never does.
"""

import re
from collections.abc import Iterator

from onrecord.types import Span

# No prompt, credit or notice is longer; a longer line is an article's paragraph, whatever it begins with.
LONGEST = 400
LONGEST_LABEL = 100  # of a label or button alone
# A line that begins in the middle of a sentence belongs to a text with hard line breaks: it is no line of its own.
SHORTEST_WRAPPED = 45


def _forms(*alternatives: str) -> re.Pattern[str]:
    """Any of several forms, in any case; a space stands for any white space."""
    return re.compile("|".join(alternatives).replace(" ", r"\s+"), re.IGNORECASE)


_PLATFORM = r"(twitter|facebook|instagram|threads|tiktok|linkedin|youtube|whatsapp|telegram|bluesky|social media|x\b)"
_MAILING = r"(newsletters?|briefings?|in-?box|e-?mails?|alerts?|bulletins?|digest|app|channel|notifications?|podcast)"
_AGENCY = (
    r"(A\.?P|AFP|Reuters|Getty( Images)?|PA( Wire| Media)?|EPA|EFE|DPA|ANSA|TASS|Xinhua|Shutterstock|iStock|Alamy"
    r"|Rex( Features)?|Bloomberg|UPI|ZUMA( Press)?|Anadolu|Associated Press)"
)
_PIECE = r"(article|story|post|piece|report|page|headline)"
_PHOTO = r"(photo(graph)?s?|pictures?|images?|illustrations?|graphics?|artwork)"
_WHEN = (
    r"(\d{1,2}:\d{2}|\d\s*[ap]\.?m\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d (minutes?|hours?|days?) ago"
    r"|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,4})"
)

# Nothing but this, punctuation and case aside.
_LABEL_ALONE = _forms(
    r"advertise?ments?( continue reading below)?",
    r"(sponsored|promoted)( content)?",
    rf"(the )?{_PIECE} continues (below|after)( (the )?(advertisement|ad|video|photo|gallery))?",
    r"continue reading( the main story)?",
    r"(read|see|show|load|view|learn) more( here)?",
    r"(read|see) (next|also)|also read|what to read next",
    r"related( (stories|articles|content|news|topics|links|posts|coverage|videos?))?",
    r"more (on this (story|topic)|stories|like this|from the web|news)",
    r"you (may|might) also like",
    r"most (read|popular|viewed|shared)( in [\w\s]{1,25})?",
    r"recommended( (for you|stories|reading))?",
    r"trending( now)?|popular now|top stories|must reads?|don['’]t miss",
    r"(view|show|hide|read|post|leave|add) (a |all |the )?(\d+ )?comments?|\d*\s*comments?",
    r"join the (conversation|discussion)|tell us what you think",
    r"skip (to (main )?content|advertisement)|back to top|loading|copy link",
    r"log in|sign (in|up)|subscribe( now)?|follow us",
    r"thank(s| you) for (signing up|subscribing)",
    r"image (source|caption|copyright)|media caption",
    r"(file|handout|archive|stock) (photo|picture|image|photograph)",
    r"an error has occurred,? please try again( later)?|there was an error processing your subscription",
    r"corrections?( appended)?",
    r"(please )?accept (all )?cookies|support (our|independent) journalism",
    _AGENCY,
)
_BUTTON = (
    r"(share( (this( (article|story|post|page))?|on|via|to))?|tweet|print( (this )?(article|page))?|e-?mail|save"
    r"|pin( it)?|copy link|comments?|whatsapp|facebook|twitter|linkedin|reddit|pinterest|telegram|messenger"
    r"|flipboard|order reprints)"
)
_BUTTONS = _forms(rf"{_BUTTON}([\s,|/•·:&+-]+((on|via|and|or) )?{_BUTTON}){{0,11}}")

# A label and its mark, then a headline.
_POINTER = _forms(
    r"((read|learn|find out|see) more( (about|on|from|in|at)\s[^:.]{1,40})?|(read|see|watch|up) next"
    r"|(see|read|watch) also|also (read|see)|related( (story|stories|articles?|coverage|content|reading|video))?"
    r"|explore further|further reading|more on this( story)?|recommended( reading)?|don['’]t miss"
    r"|from the archives?)\s*([:|»›→>]|[–—-]\s)\s*\S"
)
# These label speech or film too, so the rest must look like a headline: it does not end as a sentence does.
_POINTER_IF_HEADLINE = _forms(
    r"(more|(watch|listen)( (now|live|here))?|video|gallery|in pictures|opinion|analysis|explainer)\s*[:|»›→>]\s*\S"
)
_CALL = _forms(
    rf"(please )?(click here to )?(sign up|subscribe|register) (now |here |today |free )?"
    rf"(to|for|here|with|now|today)\b.{{0,200}}\b{_MAILING}",
    r"(get|receive|enjoy|want|like)\b.{0,200}\b(delivered|sent|straight|right|direct(ly)?) (\w+ )?(to|in|into) your\b",
    r"(get|receive|enjoy|want|like)\b.{0,200}\b(our|free|daily|weekly) (\w+ ){0,2}newsletters?\b",
    r"(join|download|get) (our|the) (\w+ ){0,4}(newsletter|app|(whatsapp|telegram) (channel|group|community))\b",
    r"already a (subscriber|member)\?|become a (subscriber|member)\b.{0,80}(today|now|here|for just)",
    r"click here (to|for)\b",
    r"(watch|listen|see|view|read)\b[^\"“”]{0,120}\b(above|below)\W*$",
    rf"(follow|like|join|find|catch|connect with) (us|me|him|her|them|our|the|@\w+|[A-Z][\w.'’-]+)\b.{{0,120}}"
    rf"\b(on|at|via) ((his|her|our|the) )?{_PLATFORM}",
    rf"follow ((us|him|her|them) )?(on \w+ )?@\w+|on {_PLATFORM},? follow\b",
    rf"(e-?mail|contact|reach|write to|tweet|message)\b.{{0,80}}(\S@\w|\bon {_PLATFORM})",
    r"(have|got|do you have) (a|an|any) (news |confidential )?(tips?|story|stories)\b.{0,40}\?|like this story\?",
    rf"({_PLATFORM}|e-?mail)\s*:\s*\S+$",
    rf"((main|cover|lead|featured?) )?({_PHOTO}( (credit|source|courtesy|caption))?|credit|pictured|(media )?caption)"
    r"\s*[:©|/]\s*\S",
    rf"({_PHOTO}|video) (by|courtesy of) \S|image source, \S",
)
_NOTICE = _forms(
    r"(©|\(c\)\s*\d{4}|copyright\s*(©|\(c\)|\d{4}|notice)).*",
    r"this (material|content|article|story|copy) (may not be|is for your personal|is (protected by )?copyright).*",
    rf"this {_PIECE} (was|has been) (last )?(amended|corrected|updated|edited|revised|republished|translated)\b.*",
    rf"this {_PIECE} (was )?(first|originally) (published|appeared)\b.*",
    rf"(an? )?(earlier|previous|original) version of this {_PIECE}\b.*",
    r"(corrections?|clarifications?)\s*(\([^()]{1,40}\)\s*)?:.*",
    r"(we|(this|our) (web)?site|our partners)\b.{0,80}\b(use|uses|store|stores)\b.{0,40}\bcookies\b.*",
    r"by (continuing|using|clicking|signing up|subscribing|entering|submitting|registering)\b.{0,160}"
    r"\b(you (agree|accept|consent|acknowledge|confirm)|cookies|privacy (policy|notice)|terms of)\b.*",
    rf"((first )?(published|posted)|(last )?(updated|modified|edited))\b[^\"“”]{{0,40}}?{_WHEN}[^\"“”]{{0,30}}",
    r"\d{1,2}(-|\s)min(ute)?s? read",
    r"\W{0,3}(additional )?(reporting|writing|editing) by \w.{0,200}|\(.{0,40}(reporting|writing) by\s.{0,200}",
    r"(filed under|tags|topics|categories)\s*:.{0,200}",
)

# Forms told by their middle or their end are slow to try: only on a line that holds one of the words before them.
_Forms = tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]
_CREDITS: _Forms = (
    (
        ("photo", "image", "picture", "credit", "/", "via ", "©", "|", "file"),
        _forms(
            r".*[(\[]\s*((AP|EPA|REUTERS|AFP) (file )?photo|photo(graph)?s?\s*(by\b|:|/|courtesy)|file photo"
            r"|(image|picture|photo) (credit|courtesy|source)|(image|picture|credit)\s*:)[^()\[\]]{0,100}[)\]][.\s]*",
            rf".*\S/\s?{_AGENCY}[)\].\s]*",
            rf"(\S+ ){{0,40}}(via|©|\|)\s*{_AGENCY}[)\].\s]*",
            r"file\s*[-–—]{1,2}\s.*",
            r".*\bin this (\w+\.? ){0,3}(\d{1,2}, )?(\d{4},? )?(file )?photo(graph)?\b.*",
            r"\(?(file|handout|archive) (photo|picture|image|photograph)\b.{0,60}",
        ),
    ),
    (
        ("photo", "picture", "image", "credit", "illustration"),
        re.compile(r".{0,300}[.!?”’)]\s+(?:Photograph|Photo|Picture|Image|Credit|Illustration)s?:\s[^\"“”:]{2,60}"),
    ),
)
_CALLS: _Forms = (
    (("rights reserved",), _forms(r".{0,200}\ball rights reserved\b.{0,200}")),
    (("contributed",), _forms(rf"[^\"“”]{{2,160}}\bcontributed (to|reporting (to|for)) this {_PIECE}\b.{{0,40}}")),
    (("inbox", "in-box"), _forms(r"[^\"“”]{0,120}\b(delivered|sent|straight) (\w+ )?to your in-?box\b.{0,120}")),
    (
        (" be reached", " be contacted", " be followed"),
        _forms(rf".{{2,60}}\s(may|can) be \w+ (at|on|via)\s.{{0,60}}(@\w|{_PLATFORM}).{{0,80}}"),
    ),
    (
        ("sign up", "subscribe", "email us", "register"),
        re.compile(
            r"(?:[^\"“”]{1,120}[.?!:,]\s+|\()(?:[Ss]ign\s+up|Subscribe|Email\s+us|Register)"
            r"\s+(?:to|for|at|by|here|now|from|today)\b[^\"“”]{0,100}"
        ),
    ),
)

# Words of saying, in a line that would else be a call.
ATTRIBUTES = _forms(
    r"\b(said|says|saying|told|tells|added|adds|urged|urges|warned|warns|asked|argued|insisted|claimed|wrote|writes"
    r"|according to|announced|advised|advises|suggested|recommends|promised|declared|replied|stated)\b"
)
_QUOTED = re.compile(r"[\"“”‘'«„‹]")
_BULLET = re.compile(r"[-–—•*·▪►]\s+\S")
_LEADS_LIST = _forms(
    r"(related( \w+)?|read (more|next|also)|see also|more on this( \w+)?|most (read|popular)|also read|more stories"
    r"|don['’]t miss|recommended( \w+)?)\W*"
)
_SENTENCE_END = re.compile(r"[.!?…:;][\"”’')\]]*$")


def furniture(text: str) -> tuple[Span, ...]:
    """The lines of ``text`` that are not the article's own words, in order, without their surrounding white space."""
    found: list[Span] = []
    in_list = False
    line, end = "", 0
    for span in _lines(text):
        wrapped = _breaks_off(line) and text.count("\n", end, span.start) == 1
        line, end = text[span.start : span.end], span.end
        if (in_list and _BULLET.match(line)) or (not wrapped and is_furniture(line)):
            found.append(span)
        in_list = (in_list and _BULLET.match(line) is not None) or (not wrapped and bool(_LEADS_LIST.fullmatch(line)))
    return tuple(found)


def is_furniture(line: str) -> bool:
    """Whether ``line``, standing alone, is a prompt, a picture credit, a notice or a button."""
    bare = line.strip(" \t*_#[]>»›→↓▼-–—.:!…|")
    if not bare or len(line) > LONGEST:
        return False
    if len(bare) <= LONGEST_LABEL and (_LABEL_ALONE.fullmatch(bare) or _BUTTONS.fullmatch(bare)):
        return True
    if _QUOTED.match(line):
        return False
    if _NOTICE.fullmatch(line) or _POINTER.match(line) or _holds(line, _CREDITS):
        return True
    if _POINTER_IF_HEADLINE.match(line):
        return not _SENTENCE_END.search(line)
    return (_CALL.match(line) is not None or _holds(line, _CALLS)) and not ATTRIBUTES.search(line)


def _holds(line: str, forms: _Forms) -> bool:
    lowered = line.lower()
    return any(form.fullmatch(line) for words, form in forms if any(word in lowered for word in words))


def _lines(text: str) -> Iterator[Span]:
    """The lines that are not blank, without white space at their ends."""
    start = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            begin = start + raw.index(stripped)
            yield Span(begin, begin + len(stripped))
        start += len(raw)


def _breaks_off(line: str) -> bool:
    """Whether ``line`` ends in mid-sentence, as lines of a hard-wrapped text do."""
    return len(line) >= SHORTEST_WRAPPED and not _SENTENCE_END.search(line)
