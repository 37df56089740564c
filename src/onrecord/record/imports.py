"""What people coded elsewhere, into the record: articles, the codebook, codings. Part of ``Record``."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Engine

from onrecord.evidence import check
from onrecord.record import bulk, by_hand, codebook
from onrecord.record.bulk import CodedArticle
from onrecord.record.by_hand import HandCoding
from onrecord.record.checks import check_actors, check_article, check_statements
from onrecord.record.kept import Kept, keep, of_kind
from onrecord.types import Article, Concept, Reading


class Imports:
    """What a record can do with work that was done elsewhere."""

    _engine: Engine

    def _judging(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def add_coded(
        self, coded: Sequence[CodedArticle], *, concepts: Sequence[Concept], codings: Sequence[HandCoding],
        reading: Reading, reviewer: str, file: str, kind: str, kept: Mapping[str, Any],
    ) -> bool:  # fmt: skip
        """Stores articles that people coded elsewhere with their codings, all or none; True if that was new.

        What an article says already stays beside; actors go by their exact names (bulk.py). ``concepts`` come into the
        codebook, by ``reviewer``; each of the ``codings`` is a judgement of its own reviewer. ``kept`` is what of the
        import, of this ``kind`` and ``file``, has no other place, as JSON. Raises as ``add`` and ``load_codebook`` do.
        """
        texts = {article.id: article.text for article, _ in coded}
        for article, read in coded:
            check_article(article)
            check_statements(article, read.statements)
            check_actors(article, read)
        for coding in codings:
            check(coding.evidence, texts[coding.article_id])
        with self._judging() as db:
            if concepts:
                codebook.load(db, concepts, file=file, reviewer=reviewer)
            bulk.store(db, coded, reading=reading)
            ids = by_hand.store(db, codings, texts)
            return keep(db, kind, file, {**kept, "codings": ids})

    def kept(self, kind: str) -> Iterator[Kept]:
        """What imports of this kind brought that has no place of its own, in the order in which they came."""
        with self._engine.connect() as db:
            yield from of_kind(db, kind)

    def holding(self, digests: Collection[str]) -> dict[str, list[Article]]:
        """The current articles with a text of one of these SHA-256 digests, by digest, in the order of adding."""
        with self._engine.connect() as db:
            return bulk.holding(db, digests)

    def names_taken(self, names: Collection[str]) -> set[str]:
        """Those of these names that current articles have."""
        with self._engine.connect() as db:
            return bulk.names_taken(db, names)

    def actor_names(self, appearances: Collection[str]) -> dict[str, str]:
        """What the actors are called now that these appearances (ids) are."""
        with self._engine.connect() as db:
            return bulk.called(db, appearances)
