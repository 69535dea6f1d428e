"""An article's pieces packed into windows of one size, paragraphs kept together where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kcgraph.extract.offline.types import Tokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SIZE = 128  # pieces in a window, with the marks of start and end


@dataclass(frozen=True)
class Layout:
    """Where every word stands.

    `numbers` (windows, SIZE): the pieces, 0 where there is none. `owners` (windows, SIZE): the word
    that a piece is of, -1 for none. `places` (words,): of the word's first piece in the flattened
    windows.
    """

    numbers: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]

    def spread(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """What is said of each word (words, codes), for each of its pieces; 0 where there is none.

        (windows, SIZE, codes)
        """
        import numpy as np

        return np.where(self.owners[..., None] >= 0, codes[self.owners], 0)


def layout(
    pieces: Sequence[Sequence[int]],
    sentences: Sequence[Tokens],
    paragraphs: Sequence[int],
    start: int,
    end: int,
) -> Layout:
    """The windows of an article.

    `pieces` has the numbers of each word's pieces (none for white space), `paragraphs` the number
    of the paragraph of each sentence; the pieces `start` and `end` open and close a window.
    """
    import numpy as np

    room = SIZE - 2
    windows: list[list[tuple[int, int]]] = [[]]  # (piece, word)
    places = [0] * len(pieces)

    def ask(size: int) -> None:
        if windows[-1] and len(windows[-1]) + size > room:
            windows.append([])

    sizes = [sum(len(pieces[i]) for i in range(*sentence)) for sentence in sentences]
    for _, group in groupby(range(len(sentences)), key=paragraphs.__getitem__):
        members = list(group)
        ask(sum(sizes[n] for n in members))
        for n in members:
            ask(sizes[n])
            for word in range(*sentences[n]):
                own = pieces[word][:room]
                ask(len(own))
                places[word] = (len(windows) - 1) * SIZE + len(windows[-1]) + bool(own)
                windows[-1].extend((piece, word) for piece in own)
    numbers = np.zeros((len(windows), SIZE), dtype=np.int64)
    owners = np.full((len(windows), SIZE), -1, dtype=np.int64)
    for n, window in enumerate(windows):
        size = len(window)
        numbers[n, 0], numbers[n, size + 1] = start, end
        if window:
            numbers[n, 1 : size + 1], owners[n, 1 : size + 1] = zip(*window, strict=True)
    return Layout(numbers, owners, np.array(places, dtype=np.int64))
