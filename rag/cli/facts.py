"""`shuzheng facts`: the figures taken from the documents, to read, filter and export."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import UserError
from rag.cli.shell import IndexOption, os_reason
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import load_settings
from rag.spreadsheet_cells import harmless

if TYPE_CHECKING:
    from index.store import Index

HELP = tr(
    "列出从文档里取出的数字；筛选条件按“包含”匹配，可以同时用。",
    "List the figures taken from the documents; filters match parts of the text and can be combined.",
)
COLUMNS = (
    "doc", "start", "end", "place", "period", "indicator", "role", "status",
    "qualifier", "value", "unit", "text", "quote",
)  # fmt: skip
_SHOWN = ("doc", "place", "period", "indicator", "text")
_HEADER = (
    tr("文档", "doc"), tr("地区", "place"), tr("时间", "period"), tr("指标", "indicator"), tr("数字", "figure"),
)  # fmt: skip
FactRecord = dict[str, str | int | float]


def _filter(name: str, zh: str, en: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(f"--{name}", metavar="TEXT", help=tr(zh, en), show_default=False)
    return option


def facts_command(
    doc: Annotated[str | None, _filter("doc", "文档路径", "path of the document")] = None,
    place: Annotated[str | None, _filter("place", "地区", "place")] = None,
    period: Annotated[str | None, _filter("period", "时间", "period")] = None,
    indicator: Annotated[str | None, _filter("indicator", "指标", "indicator")] = None,
    unit: Annotated[str | None, _filter("unit", "单位", "unit")] = None,
    csv_file: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            show_default=False,
            help=tr("写入 CSV 文件（Excel 可直接打开）。", "Write a CSV file that Excel opens."),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=tr("每行输出一个 JSON 对象。", "Print one JSON object a line."))
    ] = False,
    index: IndexOption = None,
) -> None:
    """Print or export the facts that match every filter."""
    from index.store import open_index

    if csv_file is not None and as_json:
        raise UserError("--csv 和 --json 只能选一个。")
    filters = {"doc": doc, "place": place, "period": period, "indicator": indicator, "unit": unit}
    with open_index(load_settings({"index": index}).index, None) as opened:
        records = fact_records(opened, {name: text for name, text in filters.items() if text})
        if csv_file is not None:
            written = write_csv(records, csv_file)
            typer.echo(tr(f"已写入 {csv_file}：{written} 个数字。", f"Wrote {csv_file}: {written} figures."))
        elif as_json:
            for record in records:
                typer.echo(json.dumps(record, ensure_ascii=False))
        else:
            print_table(_HEADER, ([str(record[name]) for name in _SHOWN] for record in records))


def fact_records(index: Index, filters: Mapping[str, str]) -> Iterator[FactRecord]:
    """Yield the facts whose fields contain the texts given, in reading order, by column name.

    `value` is in base units, offsets are code points, and `quote` is the document's text between them.
    """
    text_of = {document.path: document.text for document in index.documents()}
    for fact in index.facts(**filters):
        record: FactRecord = {name: getattr(fact, name) for name in COLUMNS if name != "quote"}
        record["value"] = int(fact.value) if fact.value == fact.value.to_integral_value() else float(fact.value)
        record["quote"] = text_of[fact.doc][fact.start : fact.end]
        yield record


def write_csv(records: Iterable[FactRecord], path: Path) -> int:
    """Write facts as CSV, UTF-8 with a byte order mark, and return how many.

    Text that a spreadsheet would run as a formula is led by an apostrophe.

    Raises:
        UserError: the file cannot be written.
    """
    written = 0
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for record in records:
                writer.writerow([harmless(record[name]) for name in COLUMNS])
                written += 1
    except OSError as error:
        raise UserError(f"无法写入 {path}：{os_reason(error)}；请改正路径或换一个位置。") from error
    return written
