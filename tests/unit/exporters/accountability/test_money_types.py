"""Money is Decimal from the definition to the ledger: every type that carries it is walked."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from dataclasses import is_dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.plan.contracts import Contract
from truegreen_exporters.accountability.contracts.facts import Books
from truegreen_exporters.accountability.contracts.settlement import Facts
from truegreen_exporters.accountability.contracts.statement import Statement
from truegreen_exporters.accountability.losses.booking import Booking
from truegreen_exporters.accountability.overruns import Overruns
from truegreen_exporters.accountability.watermelon.revenue import Earned
from truegreen_exporters.store import Store
from truegreen_exporters.store.charges import Charged
from truegreen_exporters.store.costs import CostSum

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

ROOTS = (Contract, Facts, Statement, Booking, Overruns, Charged, CostSum, Earned)
"""What is owed and why, what was lost, whose time it was, what was charged and what it cost."""

# A field that may hold what is no amount: with the reason.
JUSTIFIED = {
    ("Booking", "evidence"): "statistics of the estimate, of which money is made once and as text",
}


@cache
def _names_of(module: str) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return where a module has its names from, as (module, name), and its aliases as text.

    What is imported for type checkers alone counts too.
    """
    taken: dict[str, tuple[str, str]] = {}
    aliases: dict[str, str] = {}
    for node in ast.walk(ast.parse(inspect.getsource(importlib.import_module(module)))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("truegreen"):
            for one in node.names:
                taken[one.asname or one.name] = (str(node.module), one.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Subscript | ast.BinOp):
                aliases[target.id] = ast.unparse(node.value)
    return taken, aliases


def _resolved(annotation: str, module: str) -> tuple[set[str], set[type]]:
    """Return the plain words of an annotation, and the classes with fields that it names."""
    words: set[str] = set()
    classes: set[type] = set()
    taken, aliases = _names_of(module)
    for word in re.findall(r"[A-Za-z_]\w*", annotation):
        home, name = taken.get(word, (module, word))
        if word in aliases and word not in taken:
            more, others = _resolved(aliases[word].replace(word, ""), module)
        elif word in taken and name in _names_of(home)[1]:
            more, others = _resolved(_names_of(home)[1][name], home)
        else:
            found = getattr(importlib.import_module(home), name, None)
            more, others = {name}, set()
            if inspect.isclass(found) and (is_dataclass(found) or hasattr(found, "_fields")):
                others = {found}
        words |= more
        classes |= others
    return words, classes


def _walked(roots: tuple[type, ...]) -> dict[tuple[str, str], set[str]]:
    """Return the words of the type of every field that is reached from the roots."""
    found: dict[tuple[str, str], set[str]] = {}
    left, seen = [*roots], set[type]()
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        for field, annotation in vars(one).get("__annotations__", {}).items():
            words, classes = _resolved(str(annotation), one.__module__)
            found[one.__name__, field] = words
            left += classes
    return found


def test_no_float_is_reached_from_what_carries_money() -> None:
    """No field of a contract, a statement, a booking, a charge or a cost is a float, or may be."""
    walked = _walked(ROOTS)
    loose = {
        where: annotation
        for where, annotation in walked.items()
        if {"float", "Any", "object"} & annotation and where not in JUSTIFIED
    }
    assert loose == {}
    names = {name for name, _ in walked}
    # The walk has come to where the amounts are.
    assert {"Line", "Measure", "Tier", "SignificantMinimum", "LatencyShare", "Reward"} <= names
    assert {"Money", "Portion", "Share", "Counted"} <= names


@pytest.mark.parametrize(
    ("owner", "field"),
    [
        ("Line", "amount"),
        ("Statement", "at_risk"),
        ("Money", "lower"),
        ("Money", "point"),
        ("Money", "upper"),
        ("Booking", "deferred"),
        ("Charged", "amount"),
        ("Earned", "amount"),
        ("Earned", "each"),
        ("CostSum", "amount"),
        ("LatencyShare", "per_hour"),
        ("SignificantMinimum", "credit"),
        ("Reward", "pool"),
        ("Contract", "cap"),
        ("Contract", "at_risk"),
        ("Facts", "invoice"),
    ],
)
def test_amounts_are_decimal(owner: str, field: str) -> None:
    """Every amount is a Decimal by its type."""
    assert "Decimal" in _walked(ROOTS)[owner, field]


def test_the_walk_finds_a_float_that_is_planted() -> None:
    """A float two types away is found: the walk can fail."""
    walked = _walked((Books,))
    assert any("float" in annotation for annotation in walked.values())


# Columns of the state file that are no Decimal, each with what it holds.
NO_MONEY = {
    ("_made", "since"): "a moment",
    ("_source", "last_success"): "a moment",
    ("_seen", "place"): "where a row was last seen",
    (
        "_closed_value",
        "value",
    ): "a measure's value, which may be a mean; no contract is settled by it",
    ("_closed_value", "lower"): "its bound",
    ("_closed_value", "upper"): "its bound",
}


def test_every_column_of_money_is_decimal(acme_plan: Plan) -> None:
    """Amounts are stored as DECIMAL, their past too, and what is a DOUBLE is listed: no money."""
    asked = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database()"
    )
    with Store(None, acme_plan) as store:
        types = {(one, of): kind for one, of, kind in store.connection.execute(asked).fetchall()}
    loose = {where for where, kind in types.items() if kind in {"DOUBLE", "FLOAT"}}
    assert loose == set(NO_MONEY)
    amounts = {
        (contract.invoices.table, contract.invoices.amount)
        for contract in acme_plan.contracts
        if contract.invoices is not None
    }
    amounts |= {
        (one.table, one.amount)
        for service in acme_plan.services
        for one in service.values
        if one.amount
    }
    amounts |= {("costs", "effective_cost"), ("changes", "cost"), ("incidents", "loss")}
    assert {("client-invoices", "amount"), ("orders", "amount")} <= amounts
    for table, column in amounts:
        assert types[table, column].startswith("DECIMAL"), (table, column)
        assert types[f"_past_{table}", column].startswith("DECIMAL"), (table, column)
