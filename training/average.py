"""Average the weights of several rounds (Wortsman et al. 2022, "model soups").

    python -m training.average runs/first/model.pt runs/second/model.pt --out runs/average.pt
    python -m training.average runs/third/model.pt runs/fourth/model.pt --shares 4 1 --actors --out runs/branched.pt

Each round starts from the one before, so their weights lie close enough to be averaged, and the average reads new
articles better than either. Pointers are taken from the last round alone unless all rounds trained the same ones
(--pointers): the second round begins them anew. With --actors the last round's layer and heads for actors are taken as
they are; where it has no layer of its own for them yet, its last layer becomes it.
"""

import argparse
from pathlib import Path

import torch

ACTORS = ("actors_layer.", "inside.", "inner.", "naming.", "names.", "meeting.", "antecedent.", "newcomer.", "ago")
POINTING = ("pointing.", "begin.", "close.", "key.", "null.", "distance")


def averaged(
    states: list[dict[str, torch.Tensor]], *, pointers: bool, shares: list[float] | None = None
) -> dict[str, torch.Tensor]:
    """The mean of each weight over ``states``, by ``shares``; what not all have is the last one's."""
    weights = shares or [1.0] * len(states)

    def mean(name: str, last: torch.Tensor) -> torch.Tensor:
        kept = name.startswith(POINTING) and not pointers
        if not last.is_floating_point() or kept or any(name not in s for s in states):
            return last
        return sum((w * s[name] for w, s in zip(weights, states, strict=True)), torch.zeros_like(last)) / sum(weights)

    return {name: mean(name, weight) for name, weight in states[-1].items()}


def with_layer_for_actors(average: dict[str, torch.Tensor], last: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """``average`` with the last round's own weights for actors."""
    layer = max(int(name.split(".")[3]) for name in last if name.startswith("encoder.encoder.layer."))
    top = f"encoder.encoder.layer.{layer}."
    own = {name: weight for name, weight in last.items() if name.startswith(ACTORS)}
    own = {"actors_layer." + n.removeprefix(top): w for n, w in last.items() if n.startswith(top)} | own
    return average | own


def main() -> None:
    """Average."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("models", type=Path, nargs="+")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--pointers", action="store_true")
    ap.add_argument("--shares", type=float, nargs="+", help="of each round, if not all alike")
    ap.add_argument("--actors", action="store_true")
    a = ap.parse_args()
    states = [torch.load(m, weights_only=True) for m in a.models]
    average = averaged(states, pointers=a.pointers, shares=a.shares)
    torch.save(with_layer_for_actors(average, states[-1]) if a.actors else average, a.out)


if __name__ == "__main__":
    main()
