"""Documents in, searchable index out."""

from index.analysis import Analysis, Ids, analyse
from index.build import BuildProgress, BuildReport, IndexStatus, Stage, build_index, index_is_current, index_status
from index.catalogue import Catalogue, DocumentEntry, DocumentOrder, FactEntry, FactFilter, FactOrder
from index.contrasts import contradicts, contrasted, names_side, side_unsaid, sides_named_last
from index.embedding import Embedder, EmbedderIdentity, HashEmbedder, SentenceTransformerEmbedder
from index.errors import (
    CorpusError,
    DamagedError,
    DocumentError,
    IndexDamagedError,
    IndexMismatchError,
    ModelError,
    ShuzhengError,
    UserError,
)
from index.indicators import from_to_pairs
from index.periods import Period, compatible, find_periods
from index.places import aliases, find_parks, named_divisions
from index.quantities import find_quantities, quantities_in_view
from index.records import Document, Fact, Passage, Quantity, Role, Sentence, Status
from index.store import Index, open_index
from index.synonyms import canonical, spelt_out
from index.tokens import is_han_character, tokens
from index.units import COUNT_UNITS, DURATION_UNITS, MONEY_UNITS, PERSON_UNITS, added_in
from index.view import View, make_view, normalise

__all__ = [
    "COUNT_UNITS",
    "DURATION_UNITS",
    "MONEY_UNITS",
    "PERSON_UNITS",
    "Analysis",
    "BuildProgress",
    "BuildReport",
    "Catalogue",
    "CorpusError",
    "DamagedError",
    "Document",
    "DocumentEntry",
    "DocumentError",
    "DocumentOrder",
    "Embedder",
    "EmbedderIdentity",
    "Fact",
    "FactEntry",
    "FactFilter",
    "FactOrder",
    "HashEmbedder",
    "Ids",
    "Index",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexStatus",
    "ModelError",
    "Passage",
    "Period",
    "Quantity",
    "Role",
    "Sentence",
    "SentenceTransformerEmbedder",
    "ShuzhengError",
    "Stage",
    "Status",
    "UserError",
    "View",
    "added_in",
    "aliases",
    "analyse",
    "build_index",
    "canonical",
    "compatible",
    "contradicts",
    "contrasted",
    "find_parks",
    "find_periods",
    "find_quantities",
    "from_to_pairs",
    "index_is_current",
    "index_status",
    "is_han_character",
    "make_view",
    "named_divisions",
    "names_side",
    "normalise",
    "open_index",
    "quantities_in_view",
    "side_unsaid",
    "sides_named_last",
    "spelt_out",
    "tokens",
]
