import hashlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import build_index, embedded_text
from index.embedding import HashEmbedder
from index.errors import IndexDamagedError, IndexMismatchError
from index.generations import current_generation
from index.manifest import check_files, read_manifest
from index.store import Index, open_index, verify_index
from index.tokens import tokens
from index.vectors import write_vectors

TEXTS = {
    "东丽.txt": "东丽区2023年科技创新工作总结\n\n2023年,东丽区规模以上工业总产值达到1205.5亿元,同比增长9.9%。\n\n"
    "全区国家高新技术企业达到520家,新增科技型中小企业1200家。\n",
    "西青.md": "西青区2022年高质量发展情况\n\n2022年,西青区社会消费品零售总额为38.6亿元。\n\n"
    "全年引进人才3000余名,盐湖水泵产量占全国30%以上。\n",
}
EMBEDDER = HashEmbedder()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus, folder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build_index(corpus, folder, EMBEDDER)
    return folder


@pytest.fixture
def index(built: Path) -> Iterator[Index]:
    with open_index(built, EMBEDDER.identity) as opened:
        yield opened


def test_passages_of_a_document_that_name_something(index: Index) -> None:
    own = index.passage_ids("西青.md")

    assert index.passage_ids("无.txt") == range(0)
    assert {passage.doc for passage in index.passages(own)} == {"西青.md"}
    assert len(own) + len(index.passage_ids("东丽.txt")) == index.manifest.counts.passages
    assert index.passages_naming("盐湖水泵", "西青.md") == [own[-1]]
    assert index.passages_naming("盐湖水泵", "东丽.txt") == []


def all_passage_ids(index: Index) -> list[int]:
    return list(range(index.manifest.counts.passages))


def test_documents_naming_a_name_are_told_by_text_and_title(index: Index) -> None:
    assert index.documents_naming("盐湖水泵") == {"西青.md"}
    assert index.documents_naming("东丽区") == {"东丽.txt"}
    assert index.documents_naming("2022年") == {"西青.md"}
    assert index.documents_naming("石桥镇") == frozenset()
    assert index.documents_naming("。") == frozenset()


def test_every_passage_is_nearest_to_itself(index: Index) -> None:
    for passage in index.passages(all_passage_ids(index)):
        found, similarity = index.nearest(EMBEDDER.encode_passages([embedded_text(passage)])[0], 1)[0]
        assert found == passage.id
        assert similarity == pytest.approx(1.0, abs=1e-6)


def test_nearest_equals_brute_force(index: Index) -> None:
    matrix = EMBEDDER.encode_passages([embedded_text(p) for p in index.passages(all_passage_ids(index))])
    for question in ["工业总产值是多少", "引进人才", "水泵", ""]:
        vector = EMBEDDER.encode_question(question)
        similarities = matrix @ vector
        expected = sorted(range(len(matrix)), key=lambda i: (-similarities[i], i))
        found = index.nearest(vector, len(matrix))
        assert [i for i, _ in found] == expected
        np.testing.assert_allclose([s for _, s in found], similarities[expected], atol=1e-6)
        assert [index.nearest(vector, k) for k in range(1, len(matrix))] == [found[:k] for k in range(1, len(matrix))]


def test_nearest_gives_no_more_than_there_is(index: Index) -> None:
    assert len(index.nearest(EMBEDDER.encode_question("产值"), 10_000)) == index.manifest.counts.passages


def test_keyword_finds_a_clause_that_has_no_spaces(index: Index) -> None:
    (best, relevance), *others = index.keyword(tokens("社会消费品零售总额"), 10)
    assert "社会消费品零售总额为38.6亿元" in index.passages([best])[0].view
    assert all(relevance > other > 0 for _, other in others)


def test_keyword_finds_nothing_where_no_token_is_known(index: Index) -> None:
    assert index.keyword(tokens("龘靐齉"), 10) == []
    assert index.keyword([], 10) == []


def test_keyword_ties_go_by_id_and_the_cut_keeps_the_first(index: Index) -> None:
    ranked = index.keyword(["2023", "2022"], 10_000)
    assert ranked == sorted(ranked, key=lambda hit: (-hit[1], hit[0]))
    assert [index.keyword(["2023", "2022"], k) for k in range(len(ranked))] == [ranked[:k] for k in range(len(ranked))]


def test_idf_follows_the_document_frequency(index: Index) -> None:
    passages = index.passages(all_passage_ids(index))
    holding = sum("工业" in tokens(embedded_text(passage)) for passage in passages)
    idf = index.idf(["工业", "没有"])
    assert 0 < holding < len(passages)
    assert idf["工业"] == pytest.approx(np.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5)))
    assert idf["没有"] > idf["工业"] > 0


def test_records_come_back_as_they_were(index: Index) -> None:
    fact = next(index.facts(indicator="工业总产值", unit="元"))
    document = index.document(fact.doc)
    assert fact.value == Decimal("120550000000")
    assert isinstance(fact.value, Decimal)
    assert document.text == TEXTS["东丽.txt"]
    assert document.text[fact.start : fact.end] == "1205.5亿元"
    assert [d.path for d in index.documents()] == sorted(TEXTS)
    sentence = next(s for s in index.sentences_of([fact.passage]) if s.id == fact.sentence)
    assert sentence.view[fact.view_start : fact.view_end] == fact.text


def test_passages_come_in_the_order_asked(index: Index) -> None:
    ids = list(reversed(all_passage_ids(index)))
    assert [p.id for p in index.passages([*ids, ids[0]])] == [*ids, ids[0]]
    assert index.passages([]) == []
    with pytest.raises(KeyError):
        index.passages([len(ids)])


def test_parts_follow_the_order_of_the_passages_asked(index: Index) -> None:
    backwards = list(reversed(all_passage_ids(index)))
    for parts in (index.sentences_of(backwards), index.facts_of(backwards)):
        assert {part.passage for part in parts} <= set(backwards)
        assert len(parts) > 1
        assert [(part.passage, part.id) for part in parts] == sorted(
            ((part.passage, part.id) for part in parts), key=lambda pair: (-pair[0], pair[1])
        )
    assert len(index.sentences_of(backwards)) == index.manifest.counts.sentences
    assert len(index.facts_of(backwards)) == index.manifest.counts.facts
    assert index.facts_of([]) == []


def test_facts_filter_by_contained_text(index: Index) -> None:
    everything = list(index.facts())
    assert len(everything) == index.manifest.counts.facts
    for name in ("doc", "place", "period", "indicator", "unit"):
        text = next(value for fact in everything if (value := getattr(fact, name)))[:2]
        expected = [fact for fact in everything if text in getattr(fact, name)]
        assert list(index.facts(**{name: text})) == expected
    assert list(index.facts(doc="东丽", unit="家")) == [f for f in everything if "东丽" in f.doc and "家" in f.unit]
    assert list(index.facts(indicator="100%_'\"")) == []


def test_paragraph_passages_cover_one_paragraph(index: Index) -> None:
    passage = index.passages([1])[0]
    found = index.paragraph_passages(passage.doc, passage.paragraph_start)
    assert passage in found
    assert {p.paragraph_start for p in found} == {passage.paragraph_start}
    assert index.paragraph_passages("nowhere.txt", 0) == []


def test_unknown_document_is_a_key_error(index: Index) -> None:
    with pytest.raises(KeyError):
        index.document("nowhere.txt")


def test_threads_share_one_index(index: Index) -> None:
    start = threading.Barrier(4)

    def ask(question: str) -> list[object]:
        start.wait()
        answers: list[object] = []
        for _ in range(30):
            hits = index.nearest(EMBEDDER.encode_question(question), 5)
            ids = [i for i, _ in hits]
            answers += [hits, index.keyword(tokens(question), 5), index.passages(ids), index.facts_of(ids)]
        return answers

    questions = ["工业总产值", "零售总额", "工业总产值", "零售总额"]
    with ThreadPoolExecutor(4) as pool:
        first, second, first_again, second_again = pool.map(ask, questions)
    assert first == first_again
    assert second == second_again
    assert first != second
    assert first[:4] == first[-4:]


def test_missing_index_says_how_to_build_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexDamagedError, match=r"索引不存在.*shuzheng index build"):
            open_index(folder, None)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "other"},
        {"revision": "2"},
        {"dtype": "bfloat16"},
        {"dimension": 8},
        {"question_prompt": "query: "},
        {"passage_prompt": "passage: "},
        {"max_tokens": 7},
    ],
)
def test_another_embedder_is_refused(built: Path, change: dict[str, Any]) -> None:
    name, value = next(iter(change.items()))
    with pytest.raises(IndexMismatchError, match=rf"{name} .*{value!r}.*shuzheng index build"):
        open_index(built, replace(EMBEDDER.identity, **change))


def parts_of(generation: Path) -> list[str]:
    return sorted(p.relative_to(generation).as_posix() for p in generation.rglob("*") if p.is_file())


def copied(built: Path, tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "index"
    shutil.copytree(built, folder)
    return folder, current_generation(folder)


def test_every_part_is_in_the_manifest(built: Path) -> None:
    generation = current_generation(built)
    listed = [stored.name for stored in read_manifest(generation).files]
    assert sorted([*listed, "manifest.json"]) == parts_of(generation)
    assert len(listed) > 5


@pytest.mark.parametrize("harm", ["cut", "flip", "remove", "empty"])
def test_every_damaged_part_is_noticed(built: Path, tmp_path: Path, harm: str) -> None:
    folder, generation = copied(built, tmp_path)
    for name in [*parts_of(generation), "../../current"]:
        file = generation / name
        content = file.read_bytes()
        middle = len(content) // 2
        if harm == "remove":
            file.unlink()
        else:
            flipped = content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
            file.write_bytes({"cut": content[:middle], "flip": flipped, "empty": b""}[harm])
        with pytest.raises(IndexDamagedError, match="shuzheng index build"):
            open_index(folder, EMBEDDER.identity)
        file.write_bytes(content)
    verify_index(folder)
    open_index(folder, EMBEDDER.identity).close()


def test_files_whose_hashes_agree_but_which_are_no_index_are_noticed(built: Path, tmp_path: Path) -> None:
    folder, generation = copied(built, tmp_path)
    original = (generation / "manifest.json").read_text(encoding="utf-8")
    for stored in read_manifest(generation).files:
        content = (generation / stored.name).read_bytes()
        (generation / stored.name).write_bytes(b"[]" * 50)
        rehash(generation, stored.name)
        with pytest.raises(IndexDamagedError, match="shuzheng index build"):
            open_index(folder, None)
        (generation / stored.name).write_bytes(content)
        (generation / "manifest.json").write_text(original, encoding="utf-8")


def rehash(generation: Path, name: str) -> None:
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    for stored in manifest["files"]:
        if stored["name"] == name:
            content = (generation / name).read_bytes()
            stored |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_damaged_row_is_noticed_when_read(built: Path, tmp_path: Path) -> None:
    folder, generation = copied(built, tmp_path)
    database = sqlite3.connect(generation / "content.sqlite3")
    database.execute("UPDATE facts SET role = 'nonsense'")
    database.commit()
    database.close()
    rehash(generation, "content.sqlite3")
    with open_index(folder, None) as index, pytest.raises(IndexDamagedError, match="数据库"):
        list(index.facts())


def test_large_index_is_checked_by_size_and_by_hash_only_on_demand(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, generation = copied(built, tmp_path)
    monkeypatch.setattr("index.manifest._HASHED_ON_OPEN", 0)
    file = generation / "content.sqlite3"
    content = bytearray(file.read_bytes())
    content[-1] ^= 0xFF
    file.write_bytes(content)
    check_files(generation, read_manifest(generation))
    with pytest.raises(IndexDamagedError, match=r"content\.sqlite3"):
        verify_index(folder)


def test_parts_of_two_indexes_are_not_mixed(built: Path, tmp_path: Path) -> None:
    folder, generation = copied(built, tmp_path)
    write_vectors(generation / "vectors.faiss", EMBEDDER.encode_passages(["一段"]))
    rehash(generation, "vectors.faiss")
    with pytest.raises(IndexDamagedError, match=r"互不一致.*shuzheng index build"):
        open_index(folder, None)


def test_an_index_of_another_format_is_refused(built: Path, tmp_path: Path) -> None:
    folder, generation = copied(built, tmp_path)
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    changed = manifest | {"format_version": 0, "unknown": 1}
    (generation / "manifest.json").write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match=r"格式版本是 0.*shuzheng index build"):
        open_index(folder, None)


def test_a_pointer_out_of_the_folder_is_not_followed(built: Path, tmp_path: Path) -> None:
    folder, generation = copied(built, tmp_path)
    generation.rename(tmp_path / "elsewhere")
    (folder / "current").write_text("../../elsewhere", encoding="utf-8")
    with pytest.raises(IndexDamagedError):
        open_index(folder, None)


def test_nothing_stored_needs_pickle(built: Path) -> None:
    for file in current_generation(built).rglob("*.npy"):
        assert not np.load(file, allow_pickle=False).dtype.hasobject
