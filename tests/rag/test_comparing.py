from __future__ import annotations

from pathlib import Path

import pytest

from index import SentenceTransformerEmbedder, find_quantities
from rag import models
from rag.contract import RefusalReason
from rag.cross_encoder import BASE, AdaptedCrossEncoder
from rag.verification import computation_holds
from tests.conftest import REAL_STORE
from tests.rag.evidence import MODEL, Opened, needs_the_model, opened


@needs_the_model
@pytest.mark.parametrize(
    ("question", "lead", "inputs"),
    [
        ("东丽区雏鹰企业是西青区的几倍？", "约6.06倍", ("467家", "77家")),
        ("东丽区2023年汽车业务营业收入占总营业收入的比例是多少？", "约33.33%", ("320亿元", "960亿元")),
        ("东丽区和西青区2023年规上工业总产值平均是多少亿元？", "1415亿元", ("980亿元", "1850亿元")),
        ("东丽区和西青区2023年发明专利授权量一共多少件？", "2700件", ("1200件", "1500件")),
    ],
)
def test_computed_answer_leads_and_quotes_every_input(
    real_county: Opened, question: str, lead: str, inputs: tuple[str, ...]
) -> None:
    answer = real_county.engine.ask(question)

    assert answer.answer.startswith(lead)
    assert tuple(figure.text for figure in answer.figures) == (lead, *inputs)
    assert [figure.citation > 0 for figure in answer.figures] == [False, *(True for _ in inputs)]
    assert answer.computation is not None
    assert answer.computation in answer.answer
    assert computation_holds(answer.computation, [citation.quote for citation in answer.citations])


@needs_the_model
def test_a_stated_growth_is_not_computed_again(real_county: Opened) -> None:
    answer = real_county.engine.ask("西青区2023年规上工业总产值比2022年下降了百分之几？")

    assert answer.answer.startswith("下降2.3%[1]")
    assert answer.computation is None


@needs_the_model
def test_the_most_is_named_first_and_everyone_with_a_quote(real_county: Opened) -> None:
    answer = real_county.engine.ask("哪个区的发明专利授权量最多？")

    assert answer.answer.startswith("西青区最多:1500件[1];东丽区:1200件[2]")
    assert [figure.subject for figure in answer.figures] == ["西青区", "东丽区"]


@needs_the_model
def test_only_who_meets_the_threshold_is_listed(real_county: Opened) -> None:
    answer = real_county.engine.ask("有哪些区的发明专利授权量超过1300件？")
    none = real_county.engine.ask("有哪些区的发明专利授权量超过9000件？")

    assert [figure.subject for figure in answer.figures] == ["西青区"]
    assert "没有一个超过9000件" in none.answer


@needs_the_model
def test_years_are_set_against_each_other(real_county: Opened) -> None:
    answer = real_county.engine.ask("西青区哪一年的规上工业总产值最高？")

    assert answer.answer.startswith("2022年最高:1893.6亿元")


@needs_the_model
def test_a_sum_that_lacks_a_side_is_refused_and_says_which(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区、西青区和武清区雏鹰企业一共多少家？")

    assert (answer.refused, answer.refusal_reason) == (True, RefusalReason.OTHER_PLACE)
    assert answer.missing == ["武清区"]
    assert "只找到东丽区467家[1]、西青区77家[2],没有找到武清区。" in answer.answer
    assert answer.figures == []


@needs_the_model
def test_a_partial_answer_says_what_is_missing(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区雏鹰企业和幼儿园各有多少？")

    assert [figure.text for figure in answer.figures] == ["467家"]
    assert len(answer.missing) == 1
    assert "幼儿园" in answer.missing[0]
    assert f"没有找到:{answer.missing[0]}。" in answer.answer


@needs_the_model
def test_a_result_leads_before_the_target_of_another_year(real_county: Opened) -> None:
    result = real_county.engine.ask("东丽区高新技术企业有多少家？")
    target = real_county.engine.ask("东丽区2024年高新技术企业的目标是多少家？")

    assert find_quantities(result.figures[0].text)[0].value in {598, 601}
    assert target.figures[0].value == 650


@needs_the_model
@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("云港口岸外贸涨幅比全省快多少？", "1.6个百分点[1]"),
        ("镇卫生院次均住院费用比县级医院低多少元？", "2960元[1]"),
    ],
)
def test_a_difference_that_is_stated_is_not_computed(tmp_path: Path, question: str, lead: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "stated.txt").write_text(
        "云港口岸2024年运行情况\n\n进出口总值78.4亿元，同比增长3.8%，增速高于全省1.6个百分点；其中出口24.9亿元、增长17.2%。\n"
        "镇卫生院次均住院费用1840元，比县级医院低2960元。\n",
        encoding="utf-8",
    )
    embedder = SentenceTransformerEmbedder(models.path(MODEL, REAL_STORE), "auto")
    cross_encoder = AdaptedCrossEncoder(models.path(BASE, REAL_STORE))
    answering = opened(folder, tmp_path / "index", embedder, cross_encoder)

    assert answering.engine.ask(question).answer.startswith(lead)


TOWNS = """云溪县2023年旅游统计公报

2023年，云溪县东湖镇民宿45家，西岭镇民宿30家。
2023年，云溪县南山镇茶园1200亩。
2023年，云溪县东湖镇接待游客12万人次；西岭镇接待游客9万人次。
2023年，云溪县东湖镇新增民宿8家。
"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("towns")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "towns.txt").write_text(TOWNS, encoding="utf-8")
    return opened(folder / "corpus", folder / "index")


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("东湖镇和西岭镇哪个民宿更多？", "东湖镇:45家[1],多;西岭镇:30家[1]"),
        ("西岭镇和东湖镇哪个民宿更少？", "西岭镇:30家[1],少;东湖镇:45家[1]"),
        ("民宿是东湖镇多还是西岭镇多？", "东湖镇:45家[1],多;西岭镇:30家[1]"),
        ("东湖镇接待游客是不是比西岭镇多？", "东湖镇接待游客:12万人次[1],多;西岭镇:9万人次[2]"),
    ],
)
def test_both_sides_are_compared_in_any_word_order(towns: Opened, question: str, lead: str) -> None:
    assert towns.engine.ask(question).answer.startswith(lead)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("东湖镇和北川镇哪个民宿更多？", "北川镇"),
        ("东湖镇民宿比北川镇多多少家？", "北川镇"),
        ("北川镇和东湖镇民宿一共多少家？", "北川镇"),
        ("东湖镇和北川镇哪个接待游客更多？", "北川镇"),
        ("东湖镇和南山镇哪个民宿更多？", "南山镇"),
    ],
)
def test_a_comparison_that_lacks_a_side_is_refused_and_no_other_town_stands_in(
    towns: Opened, question: str, missing: str
) -> None:
    answer = towns.engine.ask(question)

    assert answer.refused
    assert answer.missing == [missing]
    assert answer.figures == []
    assert answer.computation is None
    assert f"没有找到{missing}" in answer.answer


def test_no_figure_stands_for_two_sides(towns: Opened) -> None:
    answer = towns.engine.ask("南山镇和北川镇哪个茶园更大？")

    assert answer.refused
    assert answer.figures == []


def test_figures_of_two_documents_of_which_one_names_no_side_are_no_sum(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name, text in {
        "forest": "云溪县林业简报\n\n林草从业人员3.2万人。\n",
        "clinic": "远山诊所\n\n现有7人。\n",
    }.items():
        (tmp_path / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    answer = opened(tmp_path / "corpus", tmp_path / "index").engine.ask("云溪县靠林子和草地吃饭的一共有多少人")

    assert "+" not in answer.answer
