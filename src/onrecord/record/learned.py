"""What was learned from people's codings, in the record. Part of ``Record``."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from onrecord.record.gathered import next_number
from onrecord.record.learned_schema import learned_models


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """A model as it was stored: its ``id``, what it was ``trained_on``, and its ``weights`` (npz)."""

    id: str
    learned_at: str
    trained_on: Mapping[str, Any]
    weights: bytes


class Learning:
    """What a record can do with models learned from the codings in it."""

    _engine: Engine

    def _judging(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def keep_learned(self, id_: str, *, trained_on: Mapping[str, Any], weights: bytes) -> None:
        """Stores a model, which is the one that counts from now on; one that is held already counts again."""
        with self._judging() as db:
            number = next_number(db, learned_models.c.number)
            held = db.scalar(select(learned_models.c.number).where(learned_models.c.id == id_))
            if held is not None:
                again = update(learned_models).where(learned_models.c.number == held)
                db.execute(again.values(number=number, weights=weights))
                return
            now = datetime.now(UTC).isoformat(timespec="seconds")
            row = {"number": number, "id": id_, "learned_at": now, "trained_on": dict(trained_on), "weights": weights}
            db.execute(insert(learned_models), row)

    def learned(self) -> LearnedModel | None:
        """The model that counts; None if nothing was learned yet."""
        with self._engine.connect() as db:
            row = db.execute(select(learned_models).order_by(learned_models.c.number.desc()).limit(1)).first()
        if row is None:
            return None
        return LearnedModel(id=row.id, learned_at=row.learned_at, trained_on=row.trained_on, weights=row.weights)
