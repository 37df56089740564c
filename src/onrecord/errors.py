"""What can go wrong, as exceptions.

Every message names the article or file it is about, says what happened and, where it can, what to do.

    OnrecordError
    ├── InputError           a path, file, page or line that cannot be read
    ├── EvidenceError        a span that does not fit the text it points into
    ├── RecordError          a database that cannot be opened or written
    │   ├── NotARecord       the file is no onrecord database
    │   ├── RecordTooNew     made by a newer onrecord
    │   └── RecordBusy       locked by another program
    ├── NotFound             an article, statement or actor the record does not hold
    ├── Changed              somebody else decided about it meanwhile
    ├── Refused              a name and a password that do not go together
    │   └── TooMany          too many of them: wait
    └── WeightsError         model files that are missing or damaged
"""


class OnrecordError(Exception):
    """Whatever onrecord raises on purpose."""


class InputError(OnrecordError):
    """A path, file, page or line that cannot be read."""


class EvidenceError(OnrecordError):
    """A span that does not fit the text it points into."""


class RecordError(OnrecordError):
    """A database that cannot be opened or written."""


class NotARecord(RecordError):
    """The file is no onrecord database."""


class RecordTooNew(RecordError):
    """The database was made by a newer onrecord."""


class RecordBusy(RecordError):
    """The database is locked by another program."""


class NotFound(OnrecordError):
    """An article, statement or actor the record does not hold."""


class Changed(OnrecordError):
    """Somebody else decided about ``subject`` since it was looked at.

    ``revision`` is what it has now, ``judgement`` what was decided last (an ``onrecord.record.Judgement``).
    """

    def __init__(self, message: str, *, subject: str, revision: int, judgement: object) -> None:
        super().__init__(message)
        self.subject = subject
        self.revision = revision
        self.judgement = judgement


class Refused(OnrecordError):
    """A name and a password that do not go together."""


class TooMany(Refused):
    """Too many names and passwords that did not go together: none is looked at for ``wait`` seconds."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class WeightsError(OnrecordError):
    """Model files that are missing or damaged."""
