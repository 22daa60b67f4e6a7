from __future__ import annotations

from pathlib import Path

import pytest

from rag.answerable import SIGN_NAMES, Signs, answerability, default_judgement, doubt_of, lacks_limit, signs_of
from rag.contract import RefusalReason
from rag.reader import Search, search
from tests.rag.evidence import Opened, needs_the_model, opened


def reason(county: Opened, question: str) -> RefusalReason | None:
    return doubt_of(search(county.library, question), county.library).reason


@needs_the_model
@pytest.mark.parametrize(
    "question",
    [
        "东丽区2023年规上工业总产值是多少亿元？",
        "西青区2023年发明专利授权量是多少件？",
        "當塗縣2023年規上工業研發投入是多少億元？",
        "东丽区城镇居民人均可支配收入是多少元？",
        "西青区2022年规上工业总产值是多少亿元？",
    ],
)
def test_what_the_documents_say_is_not_doubted(real_county: Opened, question: str) -> None:
    assert reason(real_county, question) is None


@pytest.mark.parametrize(
    "question",
    [
        "东丽区2019年规上工业总产值是多少亿元？",
        "西青区2030年发明专利授权量是多少件？",
        "当涂县2022年规上工业研发投入是多少？",
    ],
)
def test_other_period(county: Opened, question: str) -> None:
    assert reason(county, question) is RefusalReason.OTHER_PERIOD


@pytest.mark.parametrize(
    "question",
    [
        "北京市2023年规上工业总产值是多少亿元？",
        "大连高新区2023年发明专利授权量是多少件？",
        "当涂县2023年城镇居民人均可支配收入是多少元？",
    ],
)
def test_other_place(county: Opened, question: str) -> None:
    assert reason(county, question) is RefusalReason.OTHER_PLACE


@needs_the_model
def test_indicator_known_of_another_place_only(real_county: Opened) -> None:
    assert reason(real_county, "西青区2023年研发费用是多少？") is not None


@pytest.mark.parametrize(
    "question",
    [
        "东丽区发明专利授权量占比是多少？",
        "东丽区2024年高新技术企业实际完成多少家？",
        "东丽区三号实验室的研发费用是多少亿元？",
    ],
)
def test_no_such_figure(county: Opened, question: str) -> None:
    assert reason(county, question) in {RefusalReason.NO_FIGURE, RefusalReason.OTHER_PERIOD}


@needs_the_model
def test_indicator_the_documents_lack_is_doubted(real_county: Opened) -> None:
    assert reason(real_county, "东丽区2023年羊栖菜养殖产量是多少吨？") is not None
    assert reason(real_county, "火星殖民地氧气储量有多少") is not None


@pytest.mark.parametrize(("limit", "answers"), [("60岁", True), ("80岁", False)])
def test_a_limit_the_passage_does_not_state(tmp_path: Path, limit: str, answers: bool) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "age.txt").write_text("东丽区2023年公报\n\n60岁及以上老年人2.37万人。\n", encoding="utf-8")
    found = search(opened(folder, tmp_path / "index").library, f"东丽区{limit}以上的老年人有多少人？")

    assert found.best is not None
    assert lacks_limit(found, found.best) is not answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("甲型机7B模型用INT4的吞吐是多少？", True),
        ("甲型机7B模型用FP8的吞吐是多少？", False),
        ("甲型机9B模型用INT4的吞吐是多少？", False),
    ],
)
def test_a_model_the_passage_does_not_name(tmp_path: Path, question: str, answers: bool) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "甲型机评测报告\n\n甲型机上7B模型用INT4的吞吐为900 tokens/s。\n"
    (folder / "test.txt").write_text(text, encoding="utf-8")
    library = opened(folder, tmp_path / "index").library

    assert (doubt_of(search(library, question), library, ease=0.0).reason is None) is answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("东湖产业园二期厂房有多少平方米？", True),
        ("东湖产业园第二期厂房有多少平方米？", True),
        ("东湖产业园一期厂房有多少平方米？", False),
        ("东湖产业园三期厂房有多少平方米？", False),
    ],
)
def test_a_phase_the_passage_does_not_name(tmp_path: Path, question: str, answers: bool) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "park.txt").write_text("东湖产业园简报\n\n东湖产业园二期厂房5.6万平方米。\n", encoding="utf-8")
    library = opened(folder, tmp_path / "index").library

    assert (doubt_of(search(library, question), library, ease=0.0).reason is None) is answers


def test_nothing_retrieved_and_nothing_ranked_are_told_apart(county: Opened) -> None:
    found = search(county.library, "东丽区产值")

    assert doubt_of(Search(found.question, [], [], []), county.library).reason is RefusalReason.NOTHING_FOUND
    assert doubt_of(Search(found.question, [], found.hits, []), county.library).reason is RefusalReason.NO_FIGURE


def test_doubt_shows_the_nearest_figure(county: Opened) -> None:
    doubt = doubt_of(search(county.library, "东丽区2019年规上工业总产值是多少亿元？"), county.library)

    assert doubt.nearest is not None
    assert doubt.nearest.fact.place == "天津市东丽区"


@pytest.mark.parametrize("words_only", [True, False])
def test_every_sign_is_weighed_and_the_threshold_is_a_probability(words_only: bool) -> None:
    judgement = default_judgement(words_only=words_only)

    assert set(judgement) == {*SIGN_NAMES, "bias", "threshold"}
    assert 0 < judgement["threshold"] < 1


def test_answerability_is_a_probability_that_another_period_lowers() -> None:
    signs = dict.fromkeys(SIGN_NAMES, 0.5)

    for judgement in (default_judgement(words_only=True), default_judgement(words_only=False)):
        sure = answerability(Signs(**{**signs, "other_period": 0.0}), judgement)
        unsure = answerability(Signs(**{**signs, "other_period": 1.0}), judgement)
        assert 0 < unsure < sure < 1


def test_the_cross_encoder_has_a_say_in_the_judgement() -> None:
    signs, judgement = dict.fromkeys(SIGN_NAMES, 0.5), default_judgement(words_only=False)

    assert answerability(Signs(**{**signs, "fit": 1.0}), judgement) > answerability(
        Signs(**{**signs, "fit": -1.0}), judgement
    )


def test_unknown_words_count_against_the_answer(county: Opened) -> None:
    known = signs_of(search(county.library, "东丽区2023年规上工业总产值是多少亿元？"), county.library)
    strange = signs_of(search(county.library, "东丽区2023年羊栖菜鳗鲡养殖是多少亿元？"), county.library)

    assert strange.unknown > known.unknown
    assert strange.gap_passage > known.gap_passage
    assert strange.sentence < known.sentence


def test_signs_are_between_nought_and_one(seeds: Opened) -> None:
    for question in ("R&D强度是多少", "2023年", "东丽区和西青区", "雏鹰企业"):
        signs = signs_of(search(seeds.library, question), seeds.library)
        values = [getattr(signs, name) for name in SIGN_NAMES if name not in {"similarity", "fit"}]
        assert all(0.0 <= value <= 1.0 for value in values)
        assert signs.fit == 0.0
        assert -1.0 <= signs.similarity <= 1.0001


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("西青区2023年城镇居民人均可支配收入是多少元？", "52300元"),
        ("西青区高新技术企业有多少家？", "598家"),
        ("当涂县雏鹰企业有多少家？", "77家"),
    ],
)
def test_refusal_names_what_another_place_has_of_the_very_thing(county: Opened, question: str, elsewhere: str) -> None:
    found = search(county.library, question)
    doubt = doubt_of(found, county.library)

    assert found.best is not None
    assert found.best.fact.text != elsewhere
    assert doubt.nearest is not None
    assert (doubt.reason, doubt.nearest.fact.text) == (RefusalReason.OTHER_PLACE, elsewhere)


def test_what_nobody_has_is_known_of_no_other_place(county: Opened) -> None:
    assert reason(county, "东丽区2023年羊栖菜产量是多少吨？") is RefusalReason.NO_FIGURE


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("杭州处理包裹多少万件？", False),
        ("浙江省处理包裹多少万件？", False),
        ("西安市雁塔区处理包裹多少万件？", True),
    ],
)
def test_a_figure_of_no_place_may_be_of_a_wide_one_or_of_one_named_around_it(
    tmp_path: Path, question: str, refused: bool
) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "parcels.txt").write_text(
        "海外仓运营简报\n\n2023年，公司在杭州设有海外仓服务中心，处理包裹120万件。\n", encoding="utf-8"
    )
    found = opened(folder, tmp_path / "index")

    assert (reason(found, question) is RefusalReason.OTHER_PLACE) is refused


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("云海泵业年产值是多少亿元？", False),
        ("星河孵化器年产值是多少亿元？", True),
        ("入驻企业年产值是多少亿元？", True),
    ],
)
def test_a_name_that_only_other_documents_use(tmp_path: Path, question: str, answers: bool) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("星河孵化器简介\n\n星河孵化器入驻企业年产值17亿元。\n", encoding="utf-8")
    (folder / "b.txt").write_text("链主企业名单\n\n云海泵业等6家企业为链主企业。\n", encoding="utf-8")
    parts = opened(folder, tmp_path / "index")

    assert (doubt_of(search(parts.library, question), parts.library).reason is None) is answers
