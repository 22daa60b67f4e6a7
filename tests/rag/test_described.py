from __future__ import annotations

import pytest

from rag.decompose import decompose
from rag.described import read_described
from tests.rag.evidence import Opened, opened

FIRMS = """云溪县2023年重点企业简报

青禾茶业2012年迁入县城，茶机出口量居全省第2，营收3.6亿元，职工240人；白石竹业2016年迁入，营收5.1亿元，职工310人。
东湖食品2019年建厂，营收2.8亿元，亏损900万元。
"""


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("firms")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "firms.txt").write_text(FIRMS, encoding="utf-8")
    return opened(folder / "corpus", folder / "index")


def figure_of(firms: Opened, question: str) -> str | None:
    reading = read_described(firms.library, question, decompose(question, firms.library.places), "")
    return reading.chosen[0].fact.text if reading is not None else None


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("云溪县哪家企业茶机出口量排全省第二？它营收多少亿元", "3.6亿元"),
        ("2016年迁入县城的是哪家企业，有多少职工？", "310人"),
        ("2012年迁入县城的是谁？有多少职工", "240人"),
    ],
)
def test_the_part_that_fits_the_description_gives_the_figure(firms: Opened, question: str, figure: str) -> None:
    assert figure_of(firms, question) == figure


def test_a_description_that_nothing_fits_has_no_figure(firms: Opened) -> None:
    assert figure_of(firms, "哪家企业卫星发射次数全球领先？它营收多少亿元") is None
