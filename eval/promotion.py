"""From candidate to gold: check a draft, put it into a gold file, or keep it with the reason against it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.candidates import Candidate, Draft, Status, change_candidate, hold, read_candidates, replace_file
from eval.goldset import Category, GoldItem, GoldValue, describe_invalid, read_gold
from eval.lint import Kind, Problem, Severity, lint_item, pair_problems
from eval.written import parse_sides
from index.errors import UserError


def gold_id(candidate_id: str) -> str:
    """The id of the gold item that a candidate becomes: known beforehand, so that nothing is ever added twice."""
    return f"g{candidate_id.removeprefix('c')}"


def draft_item(draft: Draft, item_id: str) -> GoldItem:
    """The gold item that a draft describes; an unanswerable one has neither values nor sources.

    Raises:
        UserError: something is missing or does not fit together.
    """
    refuse = draft.category is Category.UNANSWERABLE
    sides = () if refuse else parse_sides(draft.values)
    if len(sides) > 1 and draft.category is not Category.CONFLICT:
        raise UserError("只有“说法冲突”的题可以用“或”分开几种说法，请改类别或删去“或”。")
    conflict = draft.category is Category.CONFLICT
    for source in () if refuse else draft.sources:
        if source.quote and not source.doc:
            raise UserError(f"引文“{source.quote}”还没有选文档，请选上。")
    try:
        return GoldItem(
            id=item_id,
            question=draft.question.strip(),
            history=draft.history,
            category=draft.category,
            answers=() if conflict else tuple(value for side in sides for value in side),
            any_of=sides if conflict else (),
            text_answers=() if refuse else tuple(text.strip() for text in draft.text_answers if text.strip()),
            refuse=refuse,
            sources=() if refuse else tuple(_sources(draft)),
            must_pass=draft.must_pass,
        )
    except ValidationError as error:
        raise UserError(_plain(error)) from error


def check_draft(draft: Draft, item_id: str, texts: Mapping[str, str], gold: Sequence[GoldItem]) -> list[Problem]:
    """What is wrong with a draft by itself and beside the items that are gold already."""
    try:
        item = draft_item(draft, item_id)
    except UserError as error:
        return [Problem(Severity.ERROR, Kind.FORMAT, item_id, str(error))]
    others = [other for other in gold if other.id != item_id]
    beside = [problem for problem in pair_problems([*others, item]) if item_id in problem.where.split(", ")]
    return [*lint_item(item, texts), *beside]


def accept(file: Path, candidate_id: str, draft: Draft, gold_file: Path, texts: Mapping[str, str]) -> GoldItem:
    """Append a checked draft to the gold file, then mark its candidate accepted.

    Raises:
        UserError: the draft has errors, the candidate is decided already, or a file cannot be read or written.
    """
    accepted: list[GoldItem] = []

    def decide(candidate: Candidate) -> Candidate:
        with hold(gold_file):
            gold = read_gold_or_none(gold_file)
            errors = [
                problem.message
                for problem in check_draft(draft, gold_id(candidate_id), texts, gold)
                if problem.severity is Severity.ERROR
            ]
            if errors:
                raise UserError(f"还不能接受：{errors[0]}")
            accepted.append(draft_item(draft, gold_id(candidate_id)))
            if accepted[0].id not in {item.id for item in gold}:
                _append(gold_file, accepted[0])
        return _decided(candidate, Status.ACCEPTED, draft=draft, gold_id=accepted[0].id)

    change_candidate(file, candidate_id, decide)
    return accepted[0]


def reject(file: Path, candidate_id: str, draft: Draft, reason: str) -> Candidate:
    """Keep a candidate out of gold, with its last draft and the reason.

    Raises:
        UserError: no reason is given, the candidate is decided already, or the file cannot be read or written.
    """
    if not reason.strip():
        raise UserError("请写明拒绝的原因，以后好查。")
    return change_candidate(
        file,
        candidate_id,
        lambda candidate: _decided(candidate, Status.REJECTED, draft=draft, rejection=reason.strip()),
    )


def save_draft(file: Path, candidate_id: str, draft: Draft) -> None:
    """Keep what was typed so far.

    Raises:
        UserError: the candidate is decided already, or the file cannot be read or written.
    """
    change_candidate(file, candidate_id, lambda candidate: candidate.model_copy(update={"draft": draft}))


def settle(file: Path, gold_file: Path) -> list[str]:
    """Mark the candidates accepted whose item reached the gold file just before a crash; return their ids.

    Raises:
        UserError: a file cannot be read or written.
    """
    present = {item.id for item in read_gold_or_none(gold_file)}
    pending = [one.id for one in read_candidates(file) if one.status is Status.PENDING]
    arrived = [one for one in pending if gold_id(one) in present]
    for one in arrived:
        change_candidate(
            file, one, lambda candidate: _decided(candidate, Status.ACCEPTED, gold_id=gold_id(candidate.id))
        )
    return arrived


def gold_line(item: GoldItem) -> str:
    """One line of a gold file: fields in the order people write them, numbers as numbers, defaults left out."""
    data = item.model_dump(mode="json", exclude_defaults=True)
    for name, values in (("answers", item.answers), ("any_of", item.any_of)):
        if values:
            data[name] = [plain_value(value) for value in values]
    return json.dumps(data, ensure_ascii=False) + "\n"


def plain_value(value: GoldValue | Sequence[GoldValue]) -> Any:  # noqa: ANN401 - JSON
    """A value, or each of several, as gold files hold it: numbers as numbers."""
    if not isinstance(value, GoldValue):
        return [plain_value(one) for one in value]
    if isinstance(value.value, str):
        number: str | int | float = value.value
    else:
        number = int(value.value) if value.value == value.value.to_integral_value() else float(value.value)
    return {"value": number, "unit": value.unit}


def read_gold_or_none(gold_file: Path) -> list[GoldItem]:
    """The items of a gold file that need not exist yet.

    Raises:
        UserError: the file cannot be read, or a line is malformed.
    """
    empty = not gold_file.exists() or not gold_file.read_bytes().strip()
    return [] if empty else read_gold([gold_file])


def _append(gold_file: Path, item: GoldItem) -> None:
    before = gold_file.read_bytes().decode("utf-8") if gold_file.exists() else ""
    replace_file(gold_file, before + ("\n" if before and not before.endswith("\n") else "") + gold_line(item))


def _decided(candidate: Candidate, status: Status, **fields: object) -> Candidate:
    now = datetime.now(UTC).replace(microsecond=0)
    return candidate.model_copy(update={"status": status, "decided": now, **fields})


def _sources(draft: Draft) -> list[dict[str, str]]:
    return [{"doc": source.doc, "quote": source.quote} for source in draft.sources if source.quote]


def _plain(error: ValidationError) -> str:
    """The first fault, in the words of the page rather than of the file."""
    fault = error.errors(include_url=False)[0]
    if fault["loc"] == ("question",):
        return "问题是空的，请写上问题。"
    reason = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else ""
    return _PAGE_WORDS.get(reason) or describe_invalid(error)


_PAGE_WORDS = {
    "可回答的题须有 answers、any_of 或 text_answers": (
        "还没有答案：请写上数值或文字答案，文档里没有答案的请把类别改为“应拒答”。"
    ),
    "可回答的题须有 sources": "还没有来源：请写上至少一条逐字的引文。",
    "any_of 只用于 conflict，各项非空，且 answers 须为 []": "“说法冲突”的题须有数值，几种说法之间单独一行写“或”。",
}
