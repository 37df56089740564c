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


class WeightsError(OnrecordError):
    """Model files that are missing or damaged."""
