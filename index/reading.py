"""Files in, text out: which files of a folder are documents, and which codec each was written with.

The bytes are decoded and nothing else: no newline is translated and no character replaced, because every quote of an
answer is a slice of this text. A file that cannot be decoded without loss is refused, never repaired.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from index.errors import CorpusError, DocumentError

SUFFIXES: Final = frozenset({".txt", ".text", ".md"})
MAX_FILE_BYTES: Final = 20 * 1024 * 1024

_MARKED_CODECS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY_CODECS: Final = ("gb18030", "big5", "cp950", "big5hkscs")
"""Tried where UTF-8 fails; of equally plausible ones the first wins, so the supersets of Big5 come after it."""
_LEAST_PLAUSIBILITY: Final = 0.4
_LEAST_PLAUSIBILITY_OF_LONG: Final = 1.05
"""Chinese reaches 0.9 in its worst twenty characters and 1.4 over a hundred; Korean read as GB18030 stays at 1.0."""
_LONG: Final = 100
"""Characters beyond ASCII, punctuation not counted."""
_SAMPLE: Final = 100_000
_MAX_CONTROL_SHARE: Final = 0.005
_CONTROL: Final = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_INVISIBLE: Final = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*")
_VERY_COMMON: Final = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然"
    "没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回"
    "二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听"
    "世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路"
    "期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度"
    "统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运"
    "武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商"
    "千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切企亿"
    "這來個國說們為時會著過學對裡後麼沒於還發當無開動長現將與進實點種聲話兒問機給業間電東氣關並內產華報馬難數員應車場師書"
    "傳統條變聯權領該請讓認論義術結從運決達辦強區轉眾輕語滿極錢黨設雙歷廣議單據導網專讀觀爭組視濟離雖興際企億萬處總體勞動"
)


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One file as text, before anything is understood."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    text: str
    """All of the file's content, decoded; a byte order mark is not part of it."""
    encoding: str
    """Python codec: `bytes.decode(encoding)` gives `text`."""
    sha256: str
    """Of the file's bytes, hexadecimal."""


def list_corpus(corpus: Path) -> list[Path]:
    """Documents below the folder, sorted by relative path; hidden ones and links out of the folder are left out.

    Raises:
        CorpusError: the folder is missing, is no folder, cannot be read, or holds no document.
    """
    if not corpus.exists():
        raise CorpusError(f"找不到文档文件夹“{corpus}”，请检查路径是否写对。")
    if not corpus.is_dir():
        raise CorpusError(f"“{corpus}”不是文件夹，请给出存放文档的文件夹。")
    home = corpus.resolve()
    files = [file for file in _walk(corpus) if file.is_file() and file.resolve().is_relative_to(home)]
    if not files:
        kinds = "、".join(sorted(SUFFIXES))
        raise CorpusError(f"文件夹“{corpus}”里没有可读的文档，请放入 {kinds} 文件后再试。")
    return sorted(files, key=lambda file: relative_path(file, corpus))


def read_document(file: Path, corpus: Path) -> RawDocument:
    """Decode one file of the corpus.

    Raises:
        DocumentError: the file cannot be opened, is too large, empty, no text, or of no supported encoding.
    """
    path = relative_path(file, corpus)
    if not _is_encodable(path):
        raise DocumentError(f"文件名“{printable(path)}”不是有效的 UTF-8，请给文件改名后再试。")
    return decode_document(_read_bytes(file, path), path)


def decode_document(data: bytes, path: str) -> RawDocument:
    """Decode the content of a file that is to be called `path`.

    Raises:
        DocumentError: it is empty, no text, or of no supported encoding.
    """
    if not data:
        raise DocumentError(f"文件“{path}”是空的，请补上内容或移出文档文件夹。")
    text, encoding = _decode(data, path)
    if _INVISIBLE.fullmatch(text):
        raise DocumentError(f"文件“{path}”里只有空白，请补上内容或移出文档文件夹。")
    return RawDocument(path, text, encoding, hashlib.sha256(data).hexdigest())


def fingerprint(file: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal; empty where it cannot be read or is larger than any document."""
    try:
        return "" if file.stat().st_size > MAX_FILE_BYTES else hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def relative_path(file: Path, corpus: Path) -> str:
    """How the file is called in every record: relative to the corpus, with forward slashes."""
    return file.relative_to(corpus).as_posix()


def printable(path: str) -> str:
    """The path with the bytes that are no UTF-8 shown as escapes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _walk(corpus: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise CorpusError(f"无法读取文件夹“{error.filename}”（{error.strerror}），请检查它的权限。") from error

    found = []
    for folder, subfolders, names in os.walk(corpus, onerror=refuse):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        found += [
            Path(folder, name) for name in names if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
    return found


def _is_encodable(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _read_bytes(file: Path, path: str) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = f"每个文件 {MAX_FILE_BYTES // 1024**2} MB 的上限"
            raise DocumentError(f"文件“{path}”有 {size / 1024**2:.1f} MB，超过{limit}，请拆成几个文件。")
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(f"无法打开文件“{path}”（{error.strerror}），请检查它是否存在以及权限。") from error


def _decode(data: bytes, path: str) -> tuple[str, str]:
    text, encoding = _decode_marked(data, path) or _decode_unmarked(data, path)
    if "\0" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise DocumentError(
            f"文件“{path}”不像文本文件（含有控制字符），请确认它不是 Word、PDF 或图片，并另存为 UTF-8 文本后再试。"
        )
    return text, encoding


def _decode_marked(data: bytes, path: str) -> tuple[str, str] | None:
    for mark, codec in _MARKED_CODECS:
        if data.startswith(mark):
            try:
                return data.decode(codec), codec
            except UnicodeDecodeError as error:
                raise _undecodable(path, f"开头标明是 {codec} 编码，但第 {error.start + 1} 个字节处不是") from error
    return None


def _decode_unmarked(data: bytes, path: str) -> tuple[str, str]:
    if b"\0" in data:
        return "\0", "binary"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    best_text, best_codec, best_plausibility = "", "", 0.0
    for codec in _LEGACY_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        plausibility = _plausibility(text)
        if plausibility > best_plausibility:
            best_text, best_codec, best_plausibility = text, codec, plausibility
    if not best_codec:
        raise _undecodable(path, "认不出编码（支持 UTF-8、UTF-16、GB18030/GBK、Big5）")
    return best_text, best_codec


def _undecodable(path: str, reason: str) -> DocumentError:
    return DocumentError(f"无法读取文件“{path}”：{reason}，请用文本编辑器把它另存为 UTF-8 后再试。")


def _plausibility(text: str) -> float:
    """How much the text looks like written Chinese, at most 2; 0 where it does not."""
    sample = text[:_SAMPLE]
    scores = [score for character in sample if character > "\x7f" and (score := _character_plausibility(character))]
    if not scores:
        return _LEAST_PLAUSIBILITY
    mean = sum(scores) / len(scores)
    return mean if mean >= (_LEAST_PLAUSIBILITY_OF_LONG if len(scores) >= _LONG else _LEAST_PLAUSIBILITY) else 0.0


@lru_cache(maxsize=65536)
def _character_plausibility(character: str) -> int:
    if character in _VERY_COMMON:
        return 2
    if "\u4e00" <= character <= "\u9fff":
        return 1 if _is_everyday(character) else -1
    return 0 if _may_stand_in_any_text(character) else -2


def _may_stand_in_any_text(character: str) -> bool:
    is_sign = unicodedata.category(character)[0] in "PSNZ"
    return is_sign or "\uff21" <= character <= "\uff5a" or "\u0391" <= character <= "\u03c9"


def _is_everyday(character: str) -> bool:
    """Whether GB 2312 or Big5 lists the character in its first level, the characters of everyday use."""
    simplified = character.encode("gb2312", "ignore")
    if simplified and 0xB0 <= simplified[0] <= 0xD7:
        return True
    traditional = character.encode("big5", "ignore")
    return bool(traditional) and 0xA4 <= traditional[0] <= 0xC6
