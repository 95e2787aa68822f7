"""Decision tables edited as a plain table, tried out beside; works without a script."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import conditions
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.text import t

from .engine.tables import POLICIES, SUMS, Output, Row, Table, decide, mistakes, tables
from .models import Definition
from .views import LISTED, begun, saved

POLICY_WORDS = {
    "UNIQUE": t("只有一行符合", "Unique: one row holds"),
    "FIRST": t("取第一行", "First that holds"),
    "ANY": t("多行符合则结果须相同", "Any: all agree"),
    "PRIORITY": t("按结果的优先次序", "By priority of results"),
    "RULE ORDER": t("全部，按行次序", "All, in the order of rows"),
    "COLLECT": t("全部汇总", "Collect all"),
}
FRESH = Table(
    "decision",
    "新决策表",
    "FIRST",
    inputs=(("amount", "金额"),),
    outputs=(Output("result", "结果"),),
    rows=(Row(("> 0",), ('"是"',)),),
)


def editor(request: HttpRequest) -> HttpResponse:
    version, definition, text = begun(request, Definition.TABLE, written(FRESH, "新决策表"))
    problems: list[Any] = []
    table = tables(text)[-1]
    title = str(definition) if definition else "新决策表"
    given: dict[str, Any] = {}
    if request.method == "POST":
        title = request.POST.get("title", title)
        table = changed(typed(request.POST, table), request.POST.get("op", ""))
        text = written(table, title)
        try:
            if said := mistakes(text):
                raise Problems([Problem(one, field="table") for one in said])
            if request.POST.get("op") == "save":
                return redirect(saved(request, version, definition, text).get_absolute_url())
            if request.POST.get("op") == "try":
                given = tried(request.POST, table, text)
        except Refused:
            raise
        except LudaoError as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    heading = str(definition) if definition else str(t("编一张决策表", "Write a decision table"))
    context = {
        "title": heading,
        "table_title": title,
        "table": table,
        "rows": [(n, list(enumerate(r.tests)), list(enumerate(r.results)), r.note) for n, r in enumerate(table.rows)],
        "policies": POLICY_WORDS,
        "sums": SUMS,
        "version": version,
        "definition": definition,
        "address": request.POST.get("address", ""),
        "note": request.POST.get("note", ""),
        "problems": problems,
        "result": given.get("result"),
        "tries": given.get("tries", [(name, label, "") for name, label in table.inputs]),
        "crumbs": [LISTED, {"title": heading, "url": ""}],
    }
    return render(request, "workflow/table.html", context, status=422 if problems else 200)


def typed(post: Mapping[str, Any], before: Table) -> Table:
    """The table as it was typed."""
    inputs = tuple(
        (post.get(f"in_{n}", "").strip(), post.get(f"in_title_{n}", "").strip()) for n in range(_many(post, "inputs"))
    )
    outputs = tuple(
        Output(post.get(f"out_{n}", "").strip(), post.get(f"out_title_{n}", "").strip(),
               tuple(one.strip() for one in post.get(f"out_values_{n}", "").split(",") if one.strip()))
        for n in range(_many(post, "outputs"))
    )  # fmt: skip
    rows = tuple(
        Row(
            tuple(post.get(f"r{r}_i{n}", "-").strip() for n in range(len(inputs))),
            tuple(post.get(f"r{r}_o{n}", "").strip() for n in range(len(outputs))),
            post.get(f"r{r}_note", "").strip(),
        )
        for r in range(_many(post, "rows"))
    )
    policy = post.get("policy", "FIRST")
    sum_ = post.get("sum", "") if policy == "COLLECT" else ""
    return Table(before.key, before.title, policy if policy in POLICIES else "FIRST", sum_, inputs, outputs, rows)


def _many(post: Mapping[str, Any], name: str) -> int:
    said = post.get(name, "")
    return min(200, int(said)) if said.isdigit() else 1


def changed(table: Table, op: str) -> Table:
    """A row or a column more or less."""
    inputs, outputs, rows = list(table.inputs), list(table.outputs), list(table.rows)
    what, _, which = op.partition(":")
    place = int(which) if which.isdigit() else 0
    if what == "row":
        rows.append(Row(("-",) * len(inputs), ("",) * len(outputs)))
    elif what == "drop_row" and place < len(rows):
        rows.pop(place)
    elif what == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif what == "input":
        inputs.append(("", ""))
        rows = [Row((*row.tests, "-"), row.results, row.note) for row in rows]
    elif what == "drop_input" and len(inputs) > 1:
        inputs.pop(place)
        rows = [Row((*row.tests[:place], *row.tests[place + 1 :]), row.results, row.note) for row in rows]
    elif what == "output":
        outputs.append(Output("", ""))
        rows = [Row(row.tests, (*row.results, ""), row.note) for row in rows]
    elif what == "drop_output" and len(outputs) > 1:
        outputs.pop(place)
        rows = [Row(row.tests, (*row.results[:place], *row.results[place + 1 :]), row.note) for row in rows]
    return Table(table.key, table.title, table.policy, table.sum, tuple(inputs), tuple(outputs), tuple(rows))


def tried(post: Mapping[str, Any], table: Table, text: str) -> dict[str, Any]:
    said = [post.get(f"try_{n}", "").strip() for n in range(len(table.inputs))]
    data: dict[str, Any] = {}
    for (expression, _), value in zip(table.inputs, said, strict=True):
        if conditions.names(expression) == {expression}:
            data[expression] = conditions.value(value, {}) if value else None
    result = decide(text, data)
    tries = [(name, label, value) for (name, label), value in zip(table.inputs, said, strict=True)]
    return {"result": result, "tries": tries}


def written(table: Table, title: str) -> str:
    """DMN 1.3."""
    entries = "".join(
        f'<rule id="r{n}"><description>{escape(row.note)}</description>'
        f"{_entries('inputEntry', f'r{n}i', row.tests)}{_entries('outputEntry', f'r{n}o', row.results)}</rule>"
        for n, row in enumerate(table.rows)
    )
    inputs = "".join(
        f'<input id="i{n}" label={quoteattr(label)}><inputExpression id="e{n}"><text>{escape(said)}</text>'
        "</inputExpression></input>"
        for n, (said, label) in enumerate(table.inputs)
    )
    outputs = "".join(
        f'<output id="o{n}" label={quoteattr(one.title)} name={quoteattr(one.name)}>'
        + (f"<outputValues><text>{escape(','.join(one.values))}</text></outputValues>" if one.values else "")
        + "</output>"
        for n, one in enumerate(table.outputs)
    )
    sum_ = f" aggregation={quoteattr(table.sum)}" if table.sum else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
        f'id="definitions" name={quoteattr(title)} namespace="https://ludao.dev/dmn">'
        f"<decision id={quoteattr(table.key)} name={quoteattr(title)}>"
        f'<decisionTable id="table" hitPolicy={quoteattr(table.policy)}{sum_}>'
        f"{inputs}{outputs}{entries}</decisionTable></decision></definitions>\n"
    )


def _entries(tag: str, id: str, cells: tuple[str, ...]) -> str:
    return "".join(f'<{tag} id="{id}{n}"><text>{escape(one)}</text></{tag}>' for n, one in enumerate(cells))
