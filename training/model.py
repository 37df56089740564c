"""The reading model: a small encoder with heads for tags and pointers. Only here and in its neighbours lives torch."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from onrecord.reading.names import NAME_TAGS
from onrecord.reading.statements import ANTECEDENT, BUCKETS, TAGS, Parameters, allowed_transitions
from onrecord.reading.tokens import LAYOUTS, QUOTES, SHAPES
from training.windows import Batch

WIDTH = 128  # of a pointer's query and key


class ReadingModel(nn.Module):
    """Word pieces with their features → for each word tag scores, pointer queries and keys, and a score for none.

    The last layer exists twice: once for statements, once (``actors_layer``) for names, antecedents and inner
    statements, which can so be learned without a change to how statements are found.
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.actors_layer = deepcopy(encoder.encoder.layer[-1])
        size = encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, size)
        self.layout = nn.Embedding(LAYOUTS, size)
        self.quote = nn.Embedding(QUOTES, size)
        for embedding in (self.shape, self.layout, self.quote):
            nn.init.normal_(embedding.weight, std=0.005)
        self.drop = nn.Dropout(0.1)
        self.hidden = nn.Linear(size, size)
        self.tags = nn.Linear(size, len(TAGS))
        self.pointing = nn.Linear(size, size)
        self.begin = nn.Linear(size, ANTECEDENT * WIDTH)
        self.close = nn.Linear(size, ANTECEDENT * WIDTH)
        self.key = nn.Linear(size, ANTECEDENT * WIDTH)
        self.null = nn.Linear(size, ANTECEDENT)
        self.transition = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.distance = nn.Parameter(torch.zeros(ANTECEDENT, 2 * BUCKETS))
        self.register_buffer("forbidden", ~torch.from_numpy(allowed_transitions()), persistent=False)
        self.inside = nn.Linear(size, size)
        self.inner = nn.Linear(size, len(TAGS))
        self.naming = nn.Linear(size, size // 2)
        self.names = nn.Linear(size // 2, len(NAME_TAGS))
        self.meeting = nn.Linear(size, size)
        self.antecedent = nn.ModuleDict({n: nn.Linear(size, WIDTH) for n in ("begin", "close", "key")})
        self.newcomer = nn.Linear(size, 1)
        self.ago = nn.Parameter(torch.zeros(1, 2 * BUCKETS))

    def actors_parameters(self) -> list[nn.Parameter]:
        """Those that only names, antecedents and inner statements depend on."""
        modules = (self.actors_layer, self.inside, self.inner, self.naming, self.names, self.meeting, self.antecedent)
        return [*(p for m in (*modules, self.newcomer) for p in m.parameters()), self.ago]

    def transitions(self) -> Tensor:
        """(7, 7) scores of one tag after another; forbidden ones are very low."""
        return self.transition.masked_fill(self.get_buffer("forbidden"), -1e4)

    def distances(self) -> Tensor:
        """(4, 2 * BUCKETS): what each pointer gains by reaching so far."""
        return torch.cat([self.distance, self.ago])

    def parameters_for_decoding(self) -> Parameters:
        """What decoding needs besides the network; not calibrated yet: every score is one half."""
        transition, distance = self.transitions().detach().numpy(), self.distances().detach().numpy()
        return Parameters(transition=transition, distance=distance, calibration=np.zeros(7, dtype=np.float32))

    def encode(
        self, words: Tensor, shape: Tensor, layout: Tensor, quote: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Embedded pieces (batch, pieces, size), their features and mask (batch, pieces) → states for statements and
        for actors, each (batch, pieces, size)."""
        inputs = words + self.shape(shape) + self.layout(layout) + self.quote(quote)
        last: list[tuple[Any, Any]] = []  # what the last layer is given is given to the other one too
        kept = self.encoder.encoder.layer[-1].register_forward_pre_hook(
            lambda _, args, kwargs: last.append((args, kwargs)), with_kwargs=True
        )
        statements: Tensor = self.encoder(inputs_embeds=inputs, attention_mask=mask).last_hidden_state
        kept.remove()
        (states, *args), kwargs = last[0]
        # times one: two layers with one input would not be fused when the model is exported
        return statements, self.actors_layer(states * 1.0, *args, **kwargs)

    def embedded(self, pieces: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(4, batch, pieces) ids and features → what encode takes first."""
        ids, shape, layout, quote = pieces
        return self.encoder.embeddings.word_embeddings(ids), shape, layout, quote

    def heads(self, statements: Tensor, actors: Tensor) -> tuple[Tensor, ...]:
        """Both states (…, size) → onrecord.reading.encoder.OUTPUTS."""
        gelu = nn.functional.gelu
        pointing, meeting = gelu(self.pointing(statements)), gelu(self.meeting(actors))
        antecedent = {name: linear(meeting) for name, linear in self.antecedent.items()}
        return (
            self.tags(gelu(self.hidden(statements))),
            self.inner(gelu(self.inside(actors))),
            self.names(gelu(self.naming(actors))),
            torch.cat([self.begin(pointing), antecedent["begin"]], dim=-1) * WIDTH**-0.5,
            torch.cat([self.close(pointing), antecedent["close"]], dim=-1) * WIDTH**-0.5,
            torch.cat([self.key(pointing), antecedent["key"]], dim=-1),
            torch.cat([self.null(pointing), self.newcomer(meeting)], dim=-1),
        )


def pretrained(folder: Path, *, dropout: float) -> ReadingModel:
    """The model on the sentence encoder stored in ``folder``, word embeddings frozen."""
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    # "eager" attention: on a CPU and in bfloat16 its backward pass takes half the time of the fused one
    encoder = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False, attn_implementation="eager")
    encoder.embeddings.word_embeddings.requires_grad_(False)
    return ReadingModel(encoder)


def tag_loss(scores: Tensor, transition: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
    """Negative log-likelihood of the gold tags by a linear chain (Lafferty et al. 2001), per word.

    scores (batch, words, 7), gold (batch, words), mask (batch, words), True up to each length.
    """
    _, length, _ = scores.shape
    path = scores.gather(2, gold[..., None]).squeeze(2)
    steps = transition[gold[:, :-1], gold[:, 1:]]
    best = (path * mask).sum() + (steps * mask[:, 1:]).sum()
    forward = scores[:, 0]
    for i in range(1, length):
        new = torch.logsumexp(forward[:, :, None] + transition, dim=1) + scores[:, i]
        forward = torch.where(mask[:, i, None], new, forward)
    return (torch.logsumexp(forward, dim=1).sum() - best) / mask.sum()


def distances(at: Tensor, end: Tensor, words: Tensor) -> Tensor:
    """Buckets of how far each of ``words`` is from the span from ``at`` to ``end``; see statements.bucket."""
    away = torch.where(words > end[:, None], words - end[:, None], (words - at[:, None]).clamp(max=0))
    size = torch.clamp((torch.log2(away.abs() + 1.0) * 2).long(), max=BUCKETS - 1)
    return torch.where(away < 0, size, BUCKETS + size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """What the heads say for pointing: begin, close, key (batch, words, pointers, WIDTH), null (batch, words, pointers)."""

    begin: Tensor
    close: Tensor
    key: Tensor
    null: Tensor

    @classmethod
    def of(cls, *heads: Tensor) -> "Pointing":
        """From the last four outputs of ``heads``."""
        begin, close, key = (x.view(*x.shape[:2], -1, WIDTH) for x in heads[:3])
        return cls(begin=begin, close=close, key=key, null=heads[3])


def pointer_loss(model: ReadingModel, heads: Pointing, target: Tensor, last: Tensor, mask: Tensor) -> Tensor:
    """Mean cross-entropy of where spans point within a statement, over all words of the window and nowhere.

    target (batch, words, 4): at a span's first word, the first word of the span pointed to, -1 for nowhere; -2 where
    the pointer does not apply. Any word of that span is right. last (batch, words): at a span's first word, its last.
    """
    losses, count = heads.null.new_zeros(()), 0
    words = torch.arange(target.shape[1])
    for p in range(ANTECEDENT):
        row, at = torch.nonzero(target[:, :, p] > -2, as_tuple=True)
        if not len(row):
            continue
        end = last[row, at]
        asked = heads.begin[row, at, p] + heads.close[row, end, p]
        scores = torch.einsum("nd,nwd->nw", asked, heads.key[row, :, p]) + model.distance[p][distances(at, end, words)]
        scores = scores.masked_fill(~mask[row], -1e4)
        scores = torch.cat([scores, heads.null[row, at, p][:, None]], dim=1).log_softmax(dim=1)
        goal = target[row, at, p]
        upto = last[row, goal.clamp(min=0)]
        wanted = torch.cat(
            [(words >= goal[:, None]) & (words <= upto[:, None]) & (goal >= 0)[:, None], (goal < 0)[:, None]], dim=1
        )
        losses = losses - torch.logsumexp(scores.masked_fill(~wanted, -1e4), dim=1).sum()
        count += len(row)
    return losses / max(count, 1)


def antecedent_loss(model: ReadingModel, heads: Pointing, b: Batch) -> Tensor:
    """Mean cross-entropy of which words of the document belong to the actor a span asks for, or none.

    All words of the chain but the span's own are right, and nowhere if there are none.
    """
    scores, wanted = _antecedents(model, heads, b)
    if not len(scores):
        return heads.null.new_zeros(())
    return -torch.logsumexp(scores.log_softmax(dim=1).masked_fill(~wanted, -1e4), dim=1).mean()


def antecedent_hits(model: ReadingModel, heads: Pointing, b: Batch) -> Tensor:
    """For each span that asks: whether the best word is a right one."""
    scores, wanted = _antecedents(model, heads, b)
    return wanted.gather(1, scores.argmax(dim=1, keepdim=True)).squeeze(1)


def _antecedents(model: ReadingModel, heads: Pointing, b: Batch) -> tuple[Tensor, Tensor]:
    """For each span that asks: the scores of all words of the batch, and last of nowhere; which of them are right."""
    p = ANTECEDENT
    row, at = torch.nonzero(b.pointers[:, :, p] > -2, as_tuple=True)
    end = b.last[row, at]
    place = b.at[:, None] + torch.arange(b.words.shape[1])  # of each word in its document
    begin, finish = place[row, at], place[row, end]
    same = (b.document[row][:, None] == b.document[None, :])[:, :, None] & b.words[None]
    own = (place[None] >= begin[:, None, None]) & (place[None] <= finish[:, None, None])
    open_to = (same & ~own).flatten(1)
    asked = heads.begin[row, at, p] + heads.close[row, end, p]
    scores = asked @ heads.key[:, :, p].flatten(0, 1).T + model.ago[0][distances(begin, finish, place.flatten())]
    scores = torch.cat([scores.masked_fill(~open_to, -1e4), heads.null[row, at, p][:, None]], dim=1)
    right = open_to & (b.chain.flatten()[None] == b.pointers[row, at, p][:, None])
    return scores, torch.cat([right, ~right.any(dim=1, keepdim=True)], dim=1)
