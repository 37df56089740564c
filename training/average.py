"""Average the weights of several rounds (Wortsman et al. 2022, "model soups").

    python -m training.average runs/first/model.pt runs/second/model.pt --out runs/average.pt

Each round starts from the one before, so their weights lie close enough to be averaged, and the average reads new
articles better than either. Pointers are taken from the last round alone unless all rounds trained the same ones
(--pointers): the second round begins them anew.
"""

import argparse
from pathlib import Path

import torch

POINTING = ("pointing.", "begin.", "close.", "key.", "null.", "distance")


def averaged(states: list[dict[str, torch.Tensor]], *, pointers: bool) -> dict[str, torch.Tensor]:
    """The mean of each weight over ``states``; what is not averaged is the last one's."""

    def mean(name: str, last: torch.Tensor) -> torch.Tensor:
        if not last.is_floating_point() or (name.startswith(POINTING) and not pointers):
            return last
        return torch.stack([s[name] for s in states]).mean(dim=0)

    return {name: mean(name, weight) for name, weight in states[-1].items()}


def main() -> None:
    """Average."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("models", type=Path, nargs="+")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--pointers", action="store_true")
    a = ap.parse_args()
    torch.save(averaged([torch.load(m, weights_only=True) for m in a.models], pointers=a.pointers), a.out)


if __name__ == "__main__":
    main()
