"""Conversations over the documents of `fixtures/corpus_dev`: what each last question must be answered with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import SentenceTransformerEmbedder
from rag import models
from rag.contract import Turn
from rag.cross_encoder import BASE, AdaptedCrossEncoder
from tests.conftest import REAL_STORE, ROOT
from tests.rag.evidence import MODEL, Opened, needs_the_model, opened

CONVERSATIONS = (
    ("芙蓉区2023年研发经费投入是多少？", "占GDP的比重呢？", "2.48%"),
    ("芙蓉区2023年研发经费投入是多少？", "占GDP的比重呢？", "增长了多少？", "13.8%"),
    ("芙蓉区2023年研发经费投入是多少？", "2022年呢？", "31.8亿元"),
    ("芙蓉区2023年研发经费投入是多少？", "2022年呢？", "哪年更多？", "2023年:36.2亿元"),
    ("芙蓉区2023年研发经费投入是多少？", "去年呢？", "31.8亿元"),
    ("芙蓉区2023年新认定高新技术企业多少家？", "上一年呢？", "86家"),
    ("芙蓉区2023年新认定高新技术企业多少家？", "上一年呢？", "多了多少？", "11家"),
    ("浦口区2023年末有多少张床位？", "那六合区呢？", "3894张"),
    ("浦口区2023年末有多少张床位？", "那六合区呢？", "哪个更多？", "浦口区:4126张"),
    ("浦口区2023年总诊疗量是多少？", "六合区呢？", "一共呢？", "950.8万人次"),
    ("浦口区2023年总诊疗量是多少？", "六合区呢？", "相差多少？", "74.6万人次"),
    ("浦口区2023年总诊疗量是多少？", "六合区呢？", "平均是多少？", "475.4万人次"),
    ("浦口区65岁以上老年人健康管理率是多少？", "六合区呢？", "69.8%"),
    ("浦口区2023年居民健康素养水平是多少？", "六合区的呢？", "谁更高？", "浦口区:39.8%"),
    ("兴化市2023年大闸蟹产值是多少？", "增长了多少？", "6.4%"),
    ("兴化市2023年大闸蟹产值是多少？", "增长了多少？", "占全市渔业产值的比重呢？", "58.2%"),
    ("兴化市粮食播种面积是多少？", "金寨县呢？", "54.8万亩"),
    ("兴化市粮食播种面积是多少？", "金寨县呢？", "兴化市是金寨县的几倍？", "约3.51倍"),
    ("恒岳精密2023年营业收入是多少？", "净利润呢？", "2.31亿元"),
    ("恒岳精密2023年营业收入是多少？", "净利润呢？", "下降了多少？", "下降5.8%"),
    ("恒岳精密2023年研发费用是多少？", "占营业收入的比例呢？", "6.01%"),
    ("恒岳精密2023年有多少在职员工？", "研发人员呢？", "387人"),
    ("恒岳精密2023年有多少在职员工？", "研发人员呢？", "占比呢？", "18.03%"),
    ("恒岳精密精密减速器收入是多少？", "机床功能部件呢？", "加起来呢？", "16.22亿元"),
    ("恒岳精密2023年营业收入是多少？", "2024年的目标呢？", "21亿元"),
    ("桐庐县2022年地区生产总值是多少？", "增速呢？", "4.7%"),
    ("桐庐县2022年第一产业增加值是多少？", "第二产业呢？", "哪个更高？", "第二产业:188.46亿元"),
    ("桐庐县2022年一般公共预算收入是多少？", "支出呢？", "差多少？", "37.69亿元"),
    ("嵊州市2024年招聘多少名教师？", "其中高中呢？", "30名"),
    ("嵊州市2024年中小学教师招聘什么时候笔试？", "满分多少？", "100分"),
    ("2024年首季访港旅客有多少人次？", "同比呢？", "9.6%"),
    ("2024年首季访港旅客有多少人次？", "同比呢？", "其中过夜旅客呢？", "512万人次"),
    ("大连高新区1-9月营业收入是多少？", "同比增长呢？", "全年目标呢？", "680亿元"),
    ("滨湖区2023年PM2.5年均浓度是多少？", "单位是什么？", "28.6微克/立方米"),
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    embedder = SentenceTransformerEmbedder(models.path(MODEL, REAL_STORE), "auto")
    cross_encoder = AdaptedCrossEncoder(models.path(BASE, REAL_STORE))
    folder = tmp_path_factory.mktemp("conversations") / "index"
    parts = opened(ROOT / "tests/fixtures/corpus_dev", folder, embedder, cross_encoder)
    yield parts
    parts.engine.close()


@needs_the_model
@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda said: said[-2])
def test_last_question_is_answered_in_the_light_of_the_others(corpus: Opened, conversation: tuple[str, ...]) -> None:
    *earlier, question, lead = conversation

    answer = corpus.engine.ask(question, [Turn(question=one, answer="") for one in earlier])

    assert not answer.refused
    assert answer.answer.startswith(lead), answer.answer
