import hashlib
import random
from pathlib import Path

import pytest

from index.errors import CorpusError, DocumentError
from index.reading import MAX_FILE_BYTES, RawDocument, fingerprint, list_corpus, read_document

SIMPLIFIED = "东丽区2023年工业总产值121.3亿元,\r\n同比增长9.9%。\n\t高新技术企业达到2300余家。\r"
TRADITIONAL = "西青區2023年工業總產值121.3億元,\r\n同比增長9.9%。\n高新技術企業達到2300餘家。"
SHORT_SIMPLIFIED = ["同比增长", "科技局工作总结", "产值2.5亿元", "全县新增企业35家", "①研发投入│占比Ⅱ"]
SHORT_TRADITIONAL = ["同比增長", "科技局工作總結", "產值2.5億元", "全縣新增企業35家", "臺北市統計"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "文档"
    folder.mkdir()
    return folder


def read(corpus: Path, data: bytes, name: str = "a.txt") -> RawDocument:
    (corpus / name).write_bytes(data)
    return read_document(corpus / name, corpus)


@pytest.mark.parametrize(
    ("text", "written", "detected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED + "𠮷㐂", "gb18030", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL + "€", "cp950", "cp950"),
        (TRADITIONAL + "啲嘢喺", "big5hkscs", "big5hkscs"),
    ],
)
def test_text_and_offsets_survive_every_encoding(corpus: Path, text: str, written: str, detected: str) -> None:
    data = text.encode(written)
    document = read(corpus, data)
    assert document.text == text
    assert document.encoding == detected
    assert data.decode(document.encoding) == document.text
    start = document.text.index("121.3")
    assert document.text[start : start + 7] in {"121.3亿元", "121.3億元"}
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def test_utf16_big_endian_is_read(corpus: Path) -> None:
    assert read(corpus, b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be")).text == SIMPLIFIED


@pytest.mark.parametrize("text", SHORT_SIMPLIFIED)
def test_short_gb18030_is_not_taken_for_big5(corpus: Path, text: str) -> None:
    assert read(corpus, text.encode("gb18030")).text == text


@pytest.mark.parametrize("text", SHORT_TRADITIONAL)
def test_short_big5_is_not_taken_for_gb18030(corpus: Path, text: str) -> None:
    assert read(corpus, text.encode("big5")).text == text


def test_path_is_relative_with_forward_slashes(corpus: Path) -> None:
    (corpus / "二〇二三").mkdir()
    assert read(corpus, SIMPLIFIED.encode(), "二〇二三/年报.txt").path == "二〇二三/年报.txt"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        SIMPLIFIED.encode() + b"\0",
        SIMPLIFIED.encode("utf-16-le"),
        ("数据" * 20 + "\x01\x02\x1b").encode(),
        random.Random(1).randbytes(4000),
    ],
    ids=["png", "nul", "utf-16 without mark", "control characters", "noise"],
)
def test_what_is_no_text_is_refused_by_name(corpus: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"“图\.txt”.*UTF-8"):
        read(corpus, data, "图.txt")


@pytest.mark.parametrize(
    "data",
    [
        (SIMPLIFIED * 3).encode()[:-2],
        SIMPLIFIED.encode() + b"\xff" + SIMPLIFIED.encode(),
        "Größe über Österreich, für Mädchen; Straße".encode("cp1252"),
        "Привет, это обычный русский текст".encode("cp1251"),
        "これは日本語のテキストです。東京は日本の首都です。".encode("shift_jis"),
        ("이것은 한국어 텍스트입니다 서울은 대한민국의 수도이다 " * 6).encode("euc_kr"),
        b"\xef\xbb\xbf" + SIMPLIFIED.encode("gbk"),
        b"\xff\xfe\x4e",
    ],
    ids=["cut", "broken", "german", "russian", "japanese", "korean", "false mark", "half a character"],
)
def test_undecodable_text_is_refused_rather_than_garbled(corpus: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.txt.*另存为 UTF-8"):
        read(corpus, data)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\u3000\u200b\n".encode()])
def test_empty_file_is_refused(corpus: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.txt.*(空的|空白)"):
        read(corpus, data)


def test_too_large_file_is_refused_and_has_no_fingerprint(corpus: Path) -> None:
    with (corpus / "a.txt").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(DocumentError, match="20 MB"):
        read_document(corpus / "a.txt", corpus)
    assert fingerprint(corpus / "a.txt") == ""


def test_missing_file_is_refused(corpus: Path) -> None:
    with pytest.raises(DocumentError, match=r"a\.txt"):
        read_document(corpus / "a.txt", corpus)


def test_file_name_that_is_no_utf8_is_refused(corpus: Path) -> None:
    name = "年报.txt".encode("gbk").decode("utf-8", "surrogateescape")
    with pytest.raises(DocumentError, match="改名") as caught:
        read_document(corpus / name, corpus)
    assert str(caught.value).encode("utf-8")


def test_list_holds_text_files_sorted_and_nothing_hidden(corpus: Path) -> None:
    for name in ["b.txt", "a/c.MD", "a.text", "x.pdf", ".hidden.txt", ".git/d.txt", "a/.b/e.txt"]:
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_text("1", encoding="utf-8")
    assert [file.relative_to(corpus).as_posix() for file in list_corpus(corpus)] == ["a.text", "a/c.MD", "b.txt"]


def test_links_out_of_the_corpus_are_left_out(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("1", encoding="utf-8")
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "f.txt").write_text("1", encoding="utf-8")
    (corpus / "own.txt").write_text("1", encoding="utf-8")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "folder").symlink_to(tmp_path / "away")
    (corpus / "broken.txt").symlink_to(corpus / "nowhere.txt")
    assert list_corpus(corpus) == [corpus / "own.txt"]


def test_unusable_corpus_is_named(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="没有可读的文档"):
        list_corpus(corpus)
    with pytest.raises(CorpusError, match="找不到"):
        list_corpus(corpus / "nowhere")
    (corpus / "a.txt").write_text("1", encoding="utf-8")
    with pytest.raises(CorpusError, match="不是文件夹"):
        list_corpus(corpus / "a.txt")
