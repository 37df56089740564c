"""The reading model: a small encoder with heads for tags and pointers. Only here and in its neighbours lives torch."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from onrecord.reading.statements import BUCKETS, POINTERS, TAGS, Parameters, allowed_transitions
from onrecord.reading.tokens import LAYOUTS, QUOTES, SHAPES

WIDTH = 128  # of a pointer's query and key


class ReadingModel(nn.Module):
    """Word pieces with their features → for each word tag scores, pointer queries and keys, and a score for none."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
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
        self.begin = nn.Linear(size, len(POINTERS) * WIDTH)
        self.close = nn.Linear(size, len(POINTERS) * WIDTH)
        self.key = nn.Linear(size, len(POINTERS) * WIDTH)
        self.null = nn.Linear(size, len(POINTERS))
        self.transition = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.distance = nn.Parameter(torch.zeros(len(POINTERS), 2 * BUCKETS))
        self.register_buffer("forbidden", ~torch.from_numpy(allowed_transitions()), persistent=False)

    def transitions(self) -> Tensor:
        """(7, 7) scores of one tag after another; forbidden ones are very low."""
        return self.transition.masked_fill(self.get_buffer("forbidden"), -1e4)

    def parameters_for_decoding(self) -> Parameters:
        """What decoding needs besides the network; not calibrated yet: every score is one half."""
        transition, distance = self.transitions().detach().numpy(), self.distance.detach().numpy()
        return Parameters(transition=transition, distance=distance, calibration=np.zeros(7, dtype=np.float32))

    def encode(self, words: Tensor, shape: Tensor, layout: Tensor, quote: Tensor, mask: Tensor) -> Tensor:
        """Embedded pieces (batch, pieces, size), their features and mask (batch, pieces) → (batch, pieces, size)."""
        inputs = words + self.shape(shape) + self.layout(layout) + self.quote(quote)
        states: Tensor = self.encoder(inputs_embeds=inputs, attention_mask=mask).last_hidden_state
        return states

    def embedded(self, pieces: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(4, batch, pieces) ids and features → what encode takes first."""
        ids, shape, layout, quote = pieces
        return self.encoder.embeddings.word_embeddings(ids), shape, layout, quote

    def heads(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """(…, size) → onrecord.reading.encoder.OUTPUTS: tags (…, 7), begin, close, key (…, 3 · WIDTH), null (…, 3)."""
        pointing = nn.functional.gelu(self.pointing(states))
        return (
            self.tags(nn.functional.gelu(self.hidden(states))),
            self.begin(pointing) * WIDTH**-0.5,
            self.close(pointing) * WIDTH**-0.5,
            self.key(pointing),
            self.null(pointing),
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


def pointer_loss(
    model: ReadingModel,
    begin: Tensor,
    close: Tensor,
    key: Tensor,
    null: Tensor,
    target: Tensor,
    last: Tensor,
    mask: Tensor,
) -> Tensor:
    """Mean cross-entropy of where spans point, over all words of the window and nowhere.

    target (batch, words, 3): at a span's first word, the first word of the span pointed to, -1 for nowhere; -2 where
    the pointer does not apply. Any word of that span is right. last (batch, words): at a span's first word, its last.
    """
    batch, length, _ = target.shape
    losses, count = null.new_zeros(()), 0
    begin, close, key = (x.view(batch, length, -1, WIDTH) for x in (begin, close, key))
    words = torch.arange(length)
    for p in range(len(POINTERS)):
        row, at = torch.nonzero(target[:, :, p] > -2, as_tuple=True)
        if not len(row):
            continue
        end = last[row, at]
        away = torch.where(words > end[:, None], words - end[:, None], (words - at[:, None]).clamp(max=0))
        size = torch.clamp((torch.log2(away.abs() + 1.0) * 2).long(), max=BUCKETS - 1)
        near = torch.where(away < 0, size, BUCKETS + size)
        asked = begin[row, at, p] + close[row, end, p]
        scores = torch.einsum("nd,nwd->nw", asked, key[row, :, p]) + model.distance[p][near]
        scores = scores.masked_fill(~mask[row], -1e4)
        scores = torch.cat([scores, null[row, at, p][:, None]], dim=1).log_softmax(dim=1)
        goal = target[row, at, p]
        upto = last[row, goal.clamp(min=0)]
        wanted = torch.cat(
            [(words >= goal[:, None]) & (words <= upto[:, None]) & (goal >= 0)[:, None], (goal < 0)[:, None]], dim=1
        )
        losses = losses - torch.logsumexp(scores.masked_fill(~wanted, -1e4), dim=1).sum()
        count += len(row)
    return losses / max(count, 1)
