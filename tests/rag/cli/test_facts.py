from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from rag.cli import OK, main
from rag.cli.facts import COLUMNS, write_csv
from tests.rag.cli.conftest import REPORT, refused


def test_facts_are_tab_separated_in_a_pipe(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts"]) == OK

    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["文档", "地区", "时间", "指标", "数字"]
    assert "121.3亿元" in {row[-1] for row in rows}
    assert {len(row) for row in rows} == {5}


def test_facts_filters_narrow_together(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--json", "--unit", "家", "--doc", "dongli"]) == OK

    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (record["text"], record["value"], record["unit"]) == ("437家", 437, "家")
    assert REPORT[record["start"] : record["end"]] == record["quote"]
    assert main(["facts", "--json", "--unit", "家", "--place", "火星"]) == OK
    assert capsys.readouterr().out == ""


def test_facts_csv_opens_in_excel(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--csv", "facts.csv"]) == OK

    assert (here / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (here / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    output = next(row for row in rows if row["quote"] == "121.3亿元")
    assert (output["value"], output["unit"], output["doc"]) == ("12130000000", "元", "donglixian.txt")
    assert str(len(rows)) in capsys.readouterr().out


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    record: dict[str, str | int | float] = dict.fromkeys(COLUMNS, "plain")
    write_csv([{**record, "indicator": "=1+1", "value": -5}], tmp_path / "f.csv")

    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["indicator"], row["value"]) == ("'=1+1", "-5")


def test_csv_into_a_missing_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "文件夹或文件不存在" in refused(capsys, "facts", "--csv", "no/facts.csv")
