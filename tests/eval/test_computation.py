"""Computations shown in an answer."""

from __future__ import annotations

import pytest

from eval.computation import shown_computations


@pytest.mark.parametrize(
    "text",
    [
        "121家-21家=100家",
        "增加了100家（121家−21家=100家）",
        "100家 = 121家 − 21家",
        "121家减去21家等于100家",
        "12.3%-3个百分点=9.3%",
        "387人÷2146人≈18.03%",
        "54000万元-3.96亿元=1.44亿元",
        "10亿元+20亿元+30亿元=60亿元",
        "(10亿元+20亿元+40亿元)÷3≈23.33亿元",
        "平均23.33亿元((10亿元+20亿元+40亿元)÷3≈23.33亿元)",
        "121.3亿元÷48.7亿元≈2.49倍",
        "(531家-463家)÷463家≈14.69%",
        "5.6%-(-2.3%)=7.9个百分点",
    ],
)
def test_a_right_computation_is_found(text: str) -> None:
    assert len(shown_computations(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "121家-21家=99家",
        "121家-21人=100家",
        "12.3%-3个百分点=9.4%",
        "387人÷2146人≈18.13%",
        "387人÷0人=0%",
        "从21家到121家",
        "100家=121家",
        "10亿元+20亿元+40亿元÷3=23.33亿元",
        "(10亿元+20亿元)÷2人=15亿元",
        "121.3亿元÷48.7万元≈2.49倍",
    ],
)
def test_a_wrong_or_missing_computation_is_not(text: str) -> None:
    assert shown_computations(text) == []


def test_inputs_and_result_come_with_their_quantities() -> None:
    (computation,) = shown_computations("5.4亿元-3.96亿元=1.44亿元")
    assert [str(amount.text) for amount in computation.inputs] == ["5.4亿元", "3.96亿元"]
    assert computation.result.value == 144_000_000


def test_the_number_of_parts_of_a_mean_needs_no_quote() -> None:
    (computation,) = shown_computations("(10亿元+20亿元+40亿元)÷3≈23.33亿元")
    assert [amount.text for amount in computation.inputs] == ["10亿元", "20亿元", "40亿元"]


@pytest.mark.parametrize(
    ("text", "inputs", "result"),
    [
        ("60万人次÷30家=每家2万人次", ["60万人次", "30家"], "2万人次"),
        ("12亿元÷48家=每家2500万元", ["12亿元", "48家"], "2500万元"),
        ("35万亩÷5年=每年7万亩", ["35万亩", "5年"], "7万亩"),
        ("50亿元×40%=20亿元", ["50亿元", "40%"], "20亿元"),
        ("125亿元÷(1+25%)=100亿元", ["125亿元", "25%"], "100亿元"),
        ("97亿元÷(1-3%)=100亿元", ["97亿元", "3%"], "100亿元"),
        ("120家÷(1+7%)≈112家", ["120家", "7%"], "112家"),
        ("120亿元÷1.5倍=80亿元", ["120亿元", "1.5倍"], "80亿元"),
        ("48家-(13家+9家)=26家", ["48家", "13家", "9家"], "26家"),
        ("120人-20名=100人", ["120人", "20名"], "100人"),
    ],
)
def test_what_figures_imply_is_found_with_the_inputs_to_be_quoted(text: str, inputs: list[str], result: str) -> None:
    (computation,) = shown_computations(text)

    assert [amount.text for amount in computation.inputs] == inputs
    assert computation.result.text == result


@pytest.mark.parametrize(
    "text",
    [
        "60万人次÷30家=每户2万人次",
        "60万人次÷30家=2万人次",
        "60万人次÷30家=每家3万人次",
        "60万人次-30家=每家2万人次",
        "50亿元×40%=20家",
        "40%×25%=10%",
        "125亿元÷(1+25%)=110亿元",
        "125亿元÷(2+25%)=100亿元",
        "120亿元÷1.5倍=80家",
    ],
)
def test_what_figures_do_not_imply_is_not_found(text: str) -> None:
    assert shown_computations(text) == []
