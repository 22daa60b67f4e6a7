"""Documents, exports and changes over HTTP: who may, what is refused, and what comes back."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from index.errors import IndexDamagedError
from index.reading import MAX_FILE_BYTES
from rag.contract import Mode
from tests.ui.library.pieces import BULLETIN, HOSTILE, NEWS, TEXTS, client_of, library_of, open_session, small_settings
from ui.library.routes import Library
from ui.session import Session

MANAGER = {"x-manager": "1"}
NEW = "东丽区公告\n\n2024年东丽区瞪羚企业达到77家。\n".encode()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = open_session(tmp_path_factory.mktemp("routes"))
    yield session
    session.close()


@pytest.fixture(scope="module")
def client(session: Session, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_of(library_of(session, small_settings(tmp_path_factory.mktemp("unused"))))


def test_a_document_opens_at_its_quote(client: TestClient) -> None:
    start = TEXTS[BULLETIN].index("36家")
    page = client.get(f"/documents/{quote(BULLETIN)}?start={start}&end={start + 3}")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert re.search('<mark id="quote">.*36家.*</mark>', page.text)
    assert 'href="../../facts"' in page.text


@pytest.mark.parametrize("path", ["没有.txt", "../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a\u202e.txt", "%00"])
def test_a_document_that_is_not_indexed_is_not_found(client: TestClient, path: str) -> None:
    page = client.get(f"/documents/{path}")
    assert page.status_code == 404 and "root:" not in page.text


@pytest.mark.parametrize(
    "query",
    ["start=x&end=y", "start=-1&end=3", "start=9999999999999999999999&end=1", "start=1", "part=0", "part=99"],
)
def test_a_senseless_span_shows_the_document_from_its_start(client: TestClient, query: str) -> None:
    page = client.get(f"/documents/{quote(NEWS)}?{query}")
    assert page.status_code == 200 and 'id="quote"' not in page.text


def test_the_csv_holds_the_filtered_facts_with_their_quotes(client: TestClient) -> None:
    answer = client.get("/facts.csv", params={"indicator": "高新技术企业", "role": "level"})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["数字"] for row in rows} == {"36家", "38家"}
    for row in rows:
        assert TEXTS[row["文档"]][int(row["起"]) : int(row["止"])] == row["原文"]
        assert row["值"] in {"36", "38"} and row["单位"] == "家" and row["类别"] == "水平" and row["状态"] == "结果"


def test_the_excel_file_holds_the_same_and_opens(client: TestClient, tmp_path: Path) -> None:
    answer = client.get("/facts.xlsx", params={"role": "all"})
    assert answer.status_code == 200
    (tmp_path / "facts.xlsx").write_bytes(answer.content)
    sheet = load_workbook(tmp_path / "facts.xlsx").active
    assert sheet is not None
    excel = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    table = csv.reader(io.StringIO(client.get("/facts.csv", params={"role": "all"}).content.decode("utf-8-sig")))
    assert excel == [row for row in table] and len(excel) > 5


def test_without_the_right_nothing_changes(client: TestClient, session: Session) -> None:
    generation = session.engine.generation
    for answer in (
        client.put("/api/documents/新.txt", content=NEW),
        client.delete(f"/api/documents/{quote(BULLETIN)}"),
        client.put("/api/index"),
    ):
        assert answer.status_code == 403 and "没有管理文档的权限" in answer.json()["detail"]
    assert client.get("/api/index").json()["stage"] == "idle"
    assert session.engine.generation == generation


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_simple_request_of_another_site_can_change_anything(client: TestClient, method: str) -> None:
    for path in ("/api/documents/a.txt", "/api/index"):
        answer = client.request(method, path, headers=MANAGER)
        assert answer.status_code == 405 or (method == "GET" and path == "/api/index")


class _Own:
    """A session of its own, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.session = open_session(folder)
        self.settings = small_settings(folder)
        self.library = library_of(self.session, self.settings)
        self.client = client_of(self.library)

    def wait(self) -> str:
        deadline = time.monotonic() + 20
        while (job := self.client.get("/api/index").json())["stage"] == "running" and time.monotonic() < deadline:
            time.sleep(0.02)
        return str(job["text"])


@pytest.fixture
def own(tmp_path: Path) -> Iterator[_Own]:
    own = _Own(tmp_path)
    yield own
    own.wait()
    own.session.close()


def test_an_uploaded_document_answers_and_a_removed_one_does_not(own: _Own) -> None:
    question = "东丽区瞪羚企业有多少家?"
    before = own.session.engine
    assert own.client.put(f"/api/documents/{quote('新/公告.txt')}", content=NEW, headers=MANAGER).status_code == 201
    assert own.wait().startswith("索引已更新：3 个文档")
    engine = own.session.engine
    assert engine is not before and engine.generation != before.generation
    assert engine.ask(question, mode=Mode.EXTRACTIVE).figures[0].text == "77家"
    assert "36家" in before.ask("青河县高新技术企业有多少家?", mode=Mode.EXTRACTIVE).answer, (
        "who asked before is answered"
    )
    assert own.client.get(f"/documents/{quote('新/公告.txt')}").status_code == 200

    assert own.client.delete(f"/api/documents/{quote('新/公告.txt')}", headers=MANAGER).status_code == 200
    own.wait()
    assert own.session.engine.ask(question, mode=Mode.EXTRACTIVE).refused
    assert own.client.get(f"/documents/{quote('新/公告.txt')}").status_code == 404


def test_an_upload_of_the_same_name_asks_first(own: _Own) -> None:
    path = f"/api/documents/{quote(NEWS)}"
    refused = own.client.put(path, content=NEW, headers=MANAGER)
    assert refused.status_code == 409 and "替换" in refused.json()["detail"]
    assert own.client.put(path, params={"replace": "true"}, content=NEW, headers=MANAGER).status_code == 201
    assert (own.settings.corpus / NEWS).read_bytes() == NEW


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("坏.txt", b"\0\1\2", 400),
        ("空.txt", b"", 400),
        ("表.pdf", NEW, 400),
        ("%2e%2e/外面.txt", NEW, 400),
        (".隐藏.txt", NEW, 400),
        ("大.txt", b"a" * (MAX_FILE_BYTES + 1), 413),
    ],
)
def test_bad_files_are_one_sentence_and_leave_nothing(own: _Own, path: str, content: bytes, status: int) -> None:
    before = sorted(own.settings.corpus.parent.rglob("*"))
    answer = own.client.put(f"/api/documents/{path}", content=content, headers=MANAGER)
    sentence = answer.json()["detail"]
    assert answer.status_code == status and sentence.endswith("。") and "\n" not in sentence
    assert sorted(own.settings.corpus.parent.rglob("*")) == before


def test_a_generation_that_another_process_built_is_followed(own: _Own) -> None:
    (own.settings.corpus / "新.txt").write_bytes(NEW)
    Session(own.settings).build_index(lambda _: None)
    assert own.session.engine.ask("东丽区瞪羚企业有多少家?", mode=Mode.EXTRACTIVE).figures[0].text == "77家"
    assert own.session.catalogue.count_documents() == 3


def test_a_new_generation_that_is_broken_leaves_the_old_one_answering(own: _Own) -> None:
    (own.settings.corpus / "新.txt").write_bytes(NEW)
    generation = own.session.engine.generation
    Session(own.settings).build_index(lambda _: None)
    newest = (own.settings.index / "current").read_text(encoding="utf-8").strip()
    (own.settings.index / "generations" / newest / "content.sqlite3").write_bytes(b"broken")
    assert own.session.engine.generation == generation
    assert "36家" in own.session.engine.ask("青河县高新技术企业有多少家?", mode=Mode.EXTRACTIVE).answer


def test_a_broken_index_is_one_sentence() -> None:
    def broken() -> object:
        raise IndexDamagedError("索引已损坏，请重建。")

    library = Library(broken, broken, None, lambda _: False)  # type: ignore[arg-type]
    page = client_of(library).get("/documents/a.txt")
    assert page.status_code == 503 and "索引已损坏，请重建。" in page.text


def test_hostile_text_of_a_document_is_shown_as_text(client: TestClient) -> None:
    page = client.get(f"/documents/{quote(NEWS)}").text
    assert HOSTILE not in page and "<script" not in page
    assert "default-src 'none'" in page
