"""Dense search: unit vectors in an exact FAISS index, the inner product being the cosine.

The scan is exact at every size: 100,000 passages of 384 numbers take 11 ms, less than embedding the question.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.manifest import REBUILD


def write_vectors(file: Path, vectors: NDArray[np.float32]) -> None:
    """Store float32 unit vectors of shape (passages, dimension); a row's number is its passage's id.

    Raises:
        OSError: the file cannot be written.
    """
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    try:
        faiss.write_index(flat, str(file))
    except RuntimeError as error:
        raise OSError(str(error)) from error


class Vectors:
    """The stored vectors, memory-mapped."""

    def __init__(self, file: Path) -> None:
        """Map the file.

        Raises:
            IndexDamagedError: the file is missing or no FAISS index.
        """
        try:
            self._flat = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(f"索引的向量文件 {file.name} 丢失或损坏，{REBUILD}。") from error

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""
        return int(self._flat.ntotal), int(self._flat.d)

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, similarity), nearest first, equal ones by id; similarity is -1 to 1."""
        total = self._flat.ntotal
        fetched = min(k + 1, total)
        hits = self._search(vector, fetched)
        while fetched < total and hits[-1][1] == hits[k - 1][1]:  # ties across the cut, of which FAISS takes any
            fetched = min(4 * fetched, total)
            hits = self._search(vector, fetched)
        return hits[:k]

    def all(self) -> NDArray[np.float32]:
        """A copy of all vectors, float32 of shape (passages, dimension)."""
        vectors: NDArray[np.float32] = self._flat.reconstruct_n(0, self._flat.ntotal)
        return vectors

    def _search(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        faiss.omp_set_num_threads(
            1
        )  # a setting of the calling thread; one vector is found 4 times slower by two threads
        similarities, ids = self._flat.search(vector.reshape(1, -1), k)
        found = zip(ids[0].tolist(), similarities[0].tolist(), strict=True)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))
