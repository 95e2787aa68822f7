"""The message log's arithmetic: one line's digest after the one before, a batch's tree, proofs, one signature for all.

The lines that one commit writes are the leaves of a binary tree; its root is signed with SM2. Each answer carries
its line, the siblings on its way to the root, and the signature: whoever has them can prove the answer later
without us, and we sign once a commit instead of once an answer. Leaves and inner nodes are hashed with different
first bytes (RFC 6962, 2.1), so that none can pass for the other.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ludao.base.crypto import sm3

GENESIS = bytes(32)


def canonical(line: Mapping[str, Any]) -> bytes:
    """The bytes that are chained: sorted keys, no spaces, UTF-8."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(previous: bytes, line: bytes) -> bytes:
    """The next head of the chain, and the line's leaf."""
    return sm3(previous + line)


def tree(leaves: Sequence[bytes]) -> tuple[bytes, list[list[str]]]:
    """The root, and for each leaf its proof: siblings from below, each marked L or R by where it stands."""
    proofs: list[list[str]] = [[] for _ in leaves]
    level = [sm3(b"\0" + leaf) for leaf in leaves]
    under = [[at] for at in range(len(leaves))]
    while len(level) > 1:
        above: list[bytes] = []
        gathered: list[list[int]] = []
        for at in range(0, len(level) - 1, 2):
            for leaf in under[at]:
                proofs[leaf].append("R" + level[at + 1].hex())
            for leaf in under[at + 1]:
                proofs[leaf].append("L" + level[at].hex())
            above.append(sm3(b"\1" + level[at] + level[at + 1]))
            gathered.append(under[at] + under[at + 1])
        if len(level) % 2:
            above.append(level[-1])
            gathered.append(under[-1])
        level, under = above, gathered
    return level[0], proofs


def root_from(leaf: bytes, proof: Sequence[str]) -> bytes:
    """Where a leaf and its proof lead."""
    node = sm3(b"\0" + leaf)
    for sibling in proof:
        other = bytes.fromhex(sibling[1:])
        node = sm3(b"\1" + (other + node if sibling[0] == "L" else node + other))
    return node
