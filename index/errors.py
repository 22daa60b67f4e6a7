"""Errors of the index, each a user's mistake or a damaged file, never a bug.

ShuzhengError                 every error meant for the user; its text says what is wrong and what to do
├── UserError                 the user can mend it: a path, a file, a setting, a question
│   ├── CorpusError           corpus folder missing, empty, or holding nothing readable
│   ├── DocumentError         one file cannot be read as text
│   └── IndexMismatchError    the index was built by another model, version or setting
└── DamagedError              something stored is broken
    ├── IndexDamagedError     the index is missing, incomplete or corrupt
    └── ModelError            a model file is missing or fails its check
"""

from __future__ import annotations


class ShuzhengError(Exception):
    """Base of all errors shown to users; `str(error)` is one Chinese sentence saying what to do."""


class UserError(ShuzhengError):
    """The user can mend it."""


class CorpusError(UserError):
    """The corpus folder is missing, empty, or holds nothing readable."""


class DocumentError(UserError):
    """One file cannot be read as text."""


class IndexMismatchError(UserError):
    """The index was built by another model, version or setting."""


class DamagedError(ShuzhengError):
    """Something stored is broken."""


class IndexDamagedError(DamagedError):
    """The index is missing, incomplete or corrupt."""


class ModelError(DamagedError):
    """A model file is missing or fails its check."""
