"""Answers as a tree of tokens: what several begin with is computed once.

A node is a token after its parent's; the root, node 0, is the last token of the prompt. An edge is a token's
log-probability after a node; the score of an answer is the sum over the edges of its tokens and of the end
token. One forward pass over all nodes, each attending to the prompt and to its ancestors, gives every edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trie:
    """The tree of some answers.

    Attributes:
        tokens: of each node but the root.
        parents: of each node but the root, the number of its parent, which comes before it.
        depths: of each node, the root's being 0.
        edges: (node, token that comes after it).
        paths: of each answer, the numbers of its edges.
        next: of each node, the tokens after it and the nodes they lead to; the end token leads to -1.
    """

    tokens: Tokens
    parents: Tokens
    depths: Tokens
    edges: tuple[tuple[int, int], ...]
    paths: tuple[Tokens, ...]
    next: tuple[dict[int, int], ...]

    @classmethod
    def of(cls, answers: Sequence[Sequence[int]], end: int) -> Trie:
        """The tree of answers that each stop with the token `end`, which none of them holds.

        Raises:
            ValueError: there are none.
        """
        if not answers:
            raise ValueError("there are no answers to choose among")
        tokens: list[int] = []
        parents: list[int] = []
        depths = [0]
        edges: dict[tuple[int, int], int] = {}
        following: list[dict[int, int]] = [{}]
        paths = []
        for answer in answers:
            node, path = 0, []
            for token in answer:
                path.append(edges.setdefault((node, token), len(edges)))
                if token not in following[node]:
                    following[node][token] = len(depths)
                    tokens.append(token)
                    parents.append(node)
                    depths.append(depths[node] + 1)
                    following.append({})
                node = following[node][token]
            path.append(edges.setdefault((node, end), len(edges)))
            following[node][end] = -1
            paths.append(tuple(path))
        return cls(tuple(tokens), tuple(parents), tuple(depths), tuple(edges), tuple(paths), tuple(following))

    def __len__(self) -> int:
        """Number of nodes."""
        return len(self.depths)

    def lineage(self) -> list[list[bool]]:
        """Which nodes each node sees: itself and those on its way from the root."""
        seen: list[list[bool]] = []
        for node in range(len(self)):
            row = list(seen[self.parents[node - 1]]) if node else [False] * len(self)
            row[node] = True
            seen.append(row)
        return seen

    def allowed(self, written: Sequence[int], end: int) -> list[int]:
        """The tokens that may come after those already written; the end token after an end."""
        node = 0
        for token in written:
            node = self.next[node].get(token, -1)
            if node < 0:
                return [end]
        return list(self.next[node])
