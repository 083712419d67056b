"""Mutants of money SQL: one small, plausible mistake each.

Operators: join kind, null-safe comparison, coalesce, sign, sum to max, grain (a group or partition
key less), predicate dropped, comparison at its edge, rounding dropped or to other places. What is
text and not money is left alone: hashes of keys, age buckets, business-day arithmetic.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import duckdb
import sqlglot
from jinja2 import Environment
from sqlglot import exp

from tests.kit.compiled import PROJECT_DIR

FRAGMENT_MAX = 160
# results of macros with tests of their own
BUCKETS = re.compile(r"'(0-7|0-1|31-60|>30|>90)'")
BUSINESS_DAYS = "1970-01-05"
KEY_OF_NULL = "_null_"
CURRENCIES = "'BIF', 'CLP'"
ROUND_TO_CURRENCY = "_round_to_currency"


@dataclass(frozen=True)
class Mutant:
    """One changed statement.

    Attributes:
        model: the model.
        operator: what kind of mistake.
        fragment: the place, as SQL before the change.
        number: which of several equal fragments.
        sql: the whole statement after the change.
    """

    model: str
    operator: str
    fragment: str
    number: int
    sql: str

    @property
    def name(self) -> str:
        """One line for reports and for the file of equivalent mutants."""
        return f"{self.model} | {self.operator} | {self.fragment} | {self.number}"


def mutants_of(model: str, sql: str) -> Iterator[Mutant]:
    """Every mutant of a statement, in the order of the text."""
    seen: Counter[tuple[str, str]] = Counter()
    base = _parsed(sql)
    for position, found in enumerate(base.walk()):
        if not isinstance(found, CANDIDATES) or _is_left_alone(found):
            continue
        place = _fragment(found)
        for operator, change in OPERATORS:
            for variant in range(VARIANTS.get(operator, 1)):
                tree = base.copy()
                node = next(itertools.islice(tree.walk(), position, None))
                if not change(node, variant):
                    break
                seen[operator, place] += 1
                yield Mutant(
                    model, operator, place, seen[operator, place], tree.sql(dialect="duckdb")
                )


def round_trip(sql: str) -> str:
    """The statement unchanged, as the parser writes it: must mean the same."""
    return _parsed(sql).sql(dialect="duckdb")


def _parsed(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, dialect="duckdb").transform(_folded)


def _folded(node: exp.Expression) -> exp.Expression:
    """`round_to_currency` of `macros/money.sql` as one call of (expression, currency)."""
    if not isinstance(node, exp.Case) or len(node.args["ifs"]) != 2:
        return node
    first, default = node.args["ifs"][0], node.args.get("default")
    if not (isinstance(first.this, exp.In) and CURRENCIES in first.this.sql()):
        return node
    if not (isinstance(default, exp.Cast) and isinstance(default.this, exp.Round)):
        return node
    rounded = default.this.this.transform(_folded)
    return exp.Anonymous(this=ROUND_TO_CURRENCY, expressions=[rounded, first.this.this])


@cache
def _folded_macro() -> str:
    """The project's own macro with names instead of its arguments."""
    source = (PROJECT_DIR / "macros" / "money.sql").read_text(encoding="utf-8")
    call = "{{ round_to_currency('amount', 'currency') }}"
    body = Environment(autoescape=False).from_string(source + call).render().strip()
    return f"create or replace temp macro {ROUND_TO_CURRENCY}(amount, currency) as {body}"


def fold_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the macro that folded statements call."""
    connection.execute(_folded_macro())


def _fragment(node: exp.Expression) -> str:
    text = node.sql(dialect="duckdb", comments=False)
    return re.sub(r"\s+", " ", text)[:FRAGMENT_MAX]


def _is_left_alone(node: exp.Expression) -> bool:
    """Text and not money, or the output of a macro that has tests of its own."""
    above: exp.Expression | None = node
    while above is not None and not isinstance(above, exp.Select):
        if isinstance(above, exp.MD5) or _is_other_function(above):
            return True
        if isinstance(above, exp.Case) and BUCKETS.search(above.sql()):
            return True
        if isinstance(above, exp.Binary | exp.Cast | exp.Paren | exp.Least) and not isinstance(
            above, exp.Connector | exp.Predicate
        ):
            text = above.sql()
            if BUSINESS_DAYS in text or KEY_OF_NULL in text:
                return True
        above = above.parent
    return isinstance(node, exp.Coalesce) and KEY_OF_NULL in node.sql()


def _is_other_function(node: exp.Expression) -> bool:
    return isinstance(node, exp.Anonymous) and node.name != ROUND_TO_CURRENCY


# operators: each changes the node and says whether it applied --------------------------------


def _join_kind(node: exp.Expression, variant: int) -> bool:
    if not isinstance(node, exp.Join):
        return False
    side = (node.args.get("side") or "").upper()
    kind = (node.args.get("kind") or "").upper()
    if kind == "CROSS" or (not node.args.get("on") and not node.args.get("using")):
        return False
    if side == "FULL":
        node.set("side", "LEFT")
        node.set("kind", None)
    elif side == "LEFT":
        node.set("side", None)
        node.set("kind", "INNER")
    elif not side:
        node.set("side", "LEFT")
        node.set("kind", None)
    else:
        return False
    return variant == 0


def _null_safe(node: exp.Expression, variant: int) -> bool:
    if isinstance(node, exp.NullSafeNEQ):
        node.replace(exp.NEQ(this=node.this, expression=node.expression))
        return True
    if isinstance(node, exp.NullSafeEQ):
        node.replace(exp.EQ(this=node.this, expression=node.expression))
        return True
    return False


def _coalesce(node: exp.Expression, variant: int) -> bool:
    if not isinstance(node, exp.Coalesce) or node.parent is None:
        return False
    node.replace(node.this)
    return True


def _sign(node: exp.Expression, variant: int) -> bool:
    if isinstance(node, exp.Neg) and not isinstance(node.this, exp.Literal):
        node.replace(node.this)
        return True
    for one, other in ((exp.Add, exp.Sub), (exp.Sub, exp.Add)):
        if type(node) is one and not node.find(exp.Interval):
            node.replace(other(this=node.this, expression=node.expression))
            return True
    return False


def _sum_to_max(node: exp.Expression, variant: int) -> bool:
    if not isinstance(node, exp.Sum):
        return False
    node.replace(exp.Max(this=node.this))
    return True


def _grain(node: exp.Expression, variant: int) -> bool:
    """The key number `variant` dropped from a grouping or a partition."""
    if isinstance(node, exp.Window):
        keys = node.args.get("partition_by") or []
        if variant >= len(keys):
            return False
        node.set("partition_by", [key for n, key in enumerate(keys) if n != variant])
        return True
    if isinstance(node, exp.Group) and isinstance(node.parent, exp.Select):
        keys = node.expressions
        if variant >= len(keys) or len(keys) < 2:
            return False
        dropped = keys[variant].sql()
        node.set("expressions", [key for n, key in enumerate(keys) if n != variant])
        for each in node.parent.expressions:
            value = each.this if isinstance(each, exp.Alias) else each
            if value.sql() == dropped or each.alias_or_name == dropped:
                each.replace(exp.alias_(exp.Min(this=value.copy()), each.alias_or_name))
        return True
    return False


def _predicate(node: exp.Expression, variant: int) -> bool:
    """One condition less: of a conjunction, or the whole filter where it is the only one."""
    if isinstance(node, exp.And):
        node.replace(node.this if variant else node.expression)
        return variant < 2
    if isinstance(node, exp.Where | exp.Having) and not isinstance(node.this, exp.And):
        if variant:
            return False
        node.pop()
        return True
    return False


def _edge(node: exp.Expression, variant: int) -> bool:
    swaps = {exp.GT: exp.GTE, exp.GTE: exp.GT, exp.LT: exp.LTE, exp.LTE: exp.LT}
    other = swaps.get(type(node))
    if other is None:
        return False
    node.replace(other(this=node.this, expression=node.expression))
    return True


def _rounding(node: exp.Expression, variant: int) -> bool:
    if isinstance(node, exp.Anonymous) and node.name == ROUND_TO_CURRENCY:
        amount = node.expressions[0]
        changed = exp.Round(this=amount, decimals=exp.Literal.number(2)) if variant else amount
        node.replace(exp.Cast(this=changed, to=exp.DataType.build("decimal(38, 6)")))
        return True
    if not isinstance(node, exp.Round):
        return False
    if variant == 0:
        node.replace(exp.Cast(this=node.this, to=exp.DataType.build("decimal(38, 6)")))
        return True
    places = node.args.get("decimals")
    if not isinstance(places, exp.Literal):
        return False
    node.set("decimals", exp.Literal.number(int(places.this) + 1))
    return True


CANDIDATES = (
    exp.Join, exp.NullSafeNEQ, exp.NullSafeEQ, exp.Coalesce, exp.Neg, exp.Add, exp.Sub, exp.Sum,
    exp.Window, exp.Group, exp.And, exp.Where, exp.Having, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.Round, exp.Anonymous,
)  # fmt: skip
OPERATORS: tuple[tuple[str, Callable[[exp.Expression, int], bool]], ...] = (
    ("join kind", _join_kind),
    ("null-safe", _null_safe),
    ("coalesce", _coalesce),
    ("sign", _sign),
    ("sum to max", _sum_to_max),
    ("grain", _grain),
    ("predicate", _predicate),
    ("edge", _edge),
    ("rounding", _rounding),
)
VARIANTS = {"grain": 12, "predicate": 2, "rounding": 2}
