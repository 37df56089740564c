"""The filters a person can ask with, as parameters of addresses: the same for pages, API and downloads.

An empty field of a form asks nothing. An unknown parameter is refused, since it may be a slip of the pen.
"""

from typing import Annotated, Any, Literal, cast

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from onrecord.record import ActorFilters, ArticleFilters, Filters, Sort
from onrecord.record.browsing import ArticleSort, StatementSort
from onrecord.types import ActorKind, Kind

MOST = 500  # entries on one page
USUAL = 50
_DEEPEST = 100_000_000

Words = Annotated[str | None, Field(max_length=300)]
Date = Annotated[
    str | None, Field(max_length=35, description="2026, 2026-04 or 2026-04-15; inclusive.", examples=["2026-04"])
]
Order = Literal["up", "down"]


class Asked(BaseModel):
    """What all lists understand: which part of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=USUAL, ge=1, le=MOST, description="At most so many entries.")
    offset: int = Field(default=0, ge=0, le=_DEEPEST, description="Leave so many entries out at the beginning.")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: Any) -> Any:
        return {k: v for k, v in given.items() if v != ""} if isinstance(given, dict) else given

    def _filters(self, *names: str) -> dict[str, Any]:
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class ArticleQuery(Asked):
    """Which articles, in which order."""

    words: Words = Field(default=None, description='Title or text hold these words; "…" a phrase, end* a beginning.')
    outlet: Words = Field(default=None, description="Published by it.")
    since: Date = Field(default=None)
    until: Date = Field(default=None)
    name: Words = Field(default=None, description="These characters stand in its name.")
    once: bool = Field(default=False, description="Leave near-copies out.")
    sort: ArticleSort = Field(default="date")
    order: Order = Field(default="up")

    def filters(self) -> ArticleFilters:
        """As the record takes them."""
        return cast(ArticleFilters, self._filters("words", "outlet", "since", "until", "name", "once"))


class StatementQuery(Asked):
    """Which statements, in which order."""

    about: Words = Field(default=None, description='The content holds these words; "…" a phrase, end* a beginning.')
    by: Words = Field(default=None, description="The source, or the actor’s names and roles, hold these words.")
    actor: Words = Field(default=None, description="Made by this actor: a name, an alias, or an id.")
    outlet: Words = Field(default=None, description="Published by it.")
    since: Date = Field(default=None)
    until: Date = Field(default=None)
    kind: Kind | None = Field(default=None)
    article: Words = Field(default=None, description="In this article: its id, name or address.")
    words: Words = Field(default=None, description="Title or text of the article hold these words.")
    min_score: float | None = Field(default=None, ge=0, le=1, description="Scored at least this.")
    once: bool = Field(default=False, description="Leave near-copies out.")
    checked: bool | None = Field(default=None, description="A person judged it; false: nobody did.")
    wrong: bool = Field(default=False, description="What people set aside, instead of what stands.")
    sort: StatementSort = Field(default="date")
    order: Order = Field(default="up")

    def filters(self) -> Filters:
        """As the record takes them."""
        return cast(
            Filters,
            self._filters(
                "about",
                "by",
                "actor",
                "outlet",
                "since",
                "until",
                "kind",
                "article",
                "words",
                "min_score",
                "once",
                "checked",
                "wrong",
            ),
        )


class ActorQuery(Asked):
    """Which actors, in which order."""

    words: Words = Field(default=None, description="A name or a role holds these words.")
    kind: ActorKind | None = Field(default=None, description="Unnamed actors are only listed if asked for.")
    organisation: Words = Field(default=None, description="The organisation holds these words.")
    country: Words = Field(default=None, description="ISO 3166 code or English name.")
    outlet: Words = Field(default=None, description="As far as it reports them.")
    since: Date = Field(default=None)
    until: Date = Field(default=None)
    sort: Sort = Field(default="statements")
    order: Order | None = Field(default=None, description="Unless told: names and first dates up, all else down.")

    def filters(self) -> ActorFilters:
        """As the record takes them."""
        return cast(
            ActorFilters,
            self._filters("words", "kind", "organisation", "country", "outlet", "since", "until", "sort"),
        )

    def descending(self) -> bool | None:
        """None: as the sort has it."""
        return None if self.order is None else self.order == "down"


Articles = Annotated[ArticleQuery, Query()]
Statements = Annotated[StatementQuery, Query()]
Actors = Annotated[ActorQuery, Query()]
