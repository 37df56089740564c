"""Which encoding bytes are in, and their text with every character kept."""

import codecs
import re

BYTE_ORDER_MARKS = (  # the longer first: a UTF-32 mark begins like a UTF-16 mark
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, *, charset: str | None = None) -> tuple[str, str | None]:
    """The text of ``data``, every character kept, and its encoding in words, None for UTF-8.

    UTF-8 if it is valid; UTF-8 with U+FFFD for damaged bytes if it is damaged in a few places; else ``charset``, if a
    server named one and it fits; else what ``eight_bit`` finds.
    """
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        repaired = data.decode("utf-8", "replace")
    damaged = repaired.count("\ufffd")
    if sum(c > "\x7f" and c != "\ufffd" for c in repaired) > damaged:
        return repaired, f"utf-8 with {damaged} damaged characters"
    if charset:
        try:
            return data.decode(charset), charset
        except (UnicodeError, LookupError):
            pass
    encoding = eight_bit(data)
    return data.decode(encoding, "replace"), encoding


def eight_bit(data: bytes) -> str:
    """The encoding of ``data`` that is no UTF-8.

    It is windows-1252 where that reads like western prose, for most newspaper archives are in it, and frequencies of
    letters cannot tell it from its neighbours in a text with few accents. They decide about the rest.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, seldom needed

    if _is_western(data):
        return "windows-1252"
    matches = from_bytes(data, cp_isolation=list(_LEGACY))
    return next((match.encoding for match in matches if "cp1252" not in match.could_be_from_charset), "windows-1252")


def _is_western(data: bytes) -> bool:
    """Whether ``data`` reads as windows-1252: mostly letters without accents, and no signs within words."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = sum(map(str.isalpha, text))
    accented = sum(c > "\x7f" and c.isalpha() for c in text)
    return accented * 10 <= letters * 6 and len(_ODD.findall(text)) * 20 <= sum(c > "\x7f" for c in text)


# What other encodings look like in windows-1252: "powiedzia³", "cafŽ". Dots, hyphens and º stand in words rightly.
_ODD = re.compile(r"(?<=[^\W\d_])[¡-§¨¬¯-´¶¸¹¼-¿×÷ƒ†‡ˆ‰‹›˜](?=[^\W\d_])|(?<=[a-zà-öø-ÿ])[À-ÖØ-ÞŠŽŒŸ]")
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "koi8_r"),
    *("mac_roman", "shift_jis", "gb18030", "big5", "euc_jp", "euc_kr"),
)


def unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark, in Latin letters: one byte of each is zero, always the same.

    Of so few zeros as other letters leave in UTF-16 one cannot tell whether they are strays in another encoding.
    """
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 16 or max(even, odd) * 4 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeError:
        return None
    return encoding if sum(c.isprintable() or c.isspace() for c in text) > 0.95 * len(text) else None
