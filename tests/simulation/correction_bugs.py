"""Known bad designs of corrections, each as a switch.

Here: the designs and the histories by hand in which each does its harm. Not here: bad designs of
posting at all, and what a switch is (`tests.simulation.bugs`).
"""

from __future__ import annotations

from datetime import date

from tests.simulation.bugs import Bug, Patch, forget_other_versions, nothing
from tests.simulation.planner import Rules
from tests.simulation.schedule import compare, drain
from tests.simulation.world import World
from tieout.posting.pool import Pool


def postings_first(patch: Patch) -> None:
    """What takes a line's place is sent before the line is taken back."""
    forget_other_versions(patch)
    true_groups = Pool.groups
    patch.setattr(
        Pool, "groups",
        lambda self, period, *, takes_back: true_groups(self, period, takes_back=not takes_back),
    )  # fmt: skip


def post_one(world: World) -> int:
    """An entry of June stands in the books."""
    number = world.firm.add_in_june()
    world.close_run()
    return number


def settle(world: World) -> None:
    """Runs go on until nothing moves; then the books say what the entries say."""
    drain(world)
    compare(world)


def edit_after_posting(world: World) -> None:
    """The hours change after the entry was posted."""
    world.firm.edit(post_one(world), quarters=20)
    world.close_run()


def edit_with_a_slow_reversal(world: World) -> None:
    """The job that takes the line back is not done when the posting is ready."""
    number = post_one(world)
    world.firm.edit(number, quarters=20)
    world.nemesis.scripted[world.firm.newest[number].entry_id] = ["slow"]
    world.close_run()


def edit_there_and_back(world: World) -> None:
    """A, B, A, and each of them is posted."""
    number = post_one(world)
    for quarters in (20, 32):
        world.firm.edit(number, quarters=quarters)
        world.close_run()
    settle(world)


def edit_after_a_change_of_routes(world: World) -> None:
    """Entries go to another ERP by now; one that stands in the first is edited."""
    number = post_one(world)
    first, second = world.kinds
    for entity, target in world.firm.routes.items():
        world.firm.routes[entity] = second if target == first else first
    world.firm.edit(number, quarters=20)
    world.close_run()


def edit_in_a_closed_month(world: World) -> None:
    """The month of the posting is closed when the entry is edited."""
    number = post_one(world)
    world.firm.is_june_closed = True
    for erp in world.erps.values():
        erp.closed_until = date(2026, 6, 30)
    world.firm.edit(number, quarters=20)
    world.close_run()


def correct_the_rate(world: World) -> None:
    """What the worker costs is corrected after posting: the version stays, its value does not."""
    worker = world.firm.newest[post_one(world)].worker
    world.firm.rates[worker] += 100
    settle(world)


def withdraw_after_posting(world: World) -> None:
    """The approval is taken back after the entry was posted."""
    world.firm.withdraw(post_one(world))
    world.close_run()


QUIET = frozenset[str]()

CORRECTION_BUGS: dict[str, Bug] = {
    "repost without reversal": Bug(
        forget_other_versions, faults=QUIET, rules=Rules(pair="repost"), guide=edit_after_posting
    ),
    "withdrawn and not taken back": Bug(
        nothing, faults=QUIET, rules=Rules(pair="edits"), guide=withdraw_after_posting
    ),
    "reversal at the newest amount": Bug(
        nothing, faults=QUIET, rules=Rules(reversed_amount="newest"), guide=edit_after_posting
    ),
    "reversal at the current rate": Bug(
        nothing, faults=QUIET, rules=Rules(reversed_amount="newest"), guide=correct_the_rate
    ),
    "reversal goes where the route leads now": Bug(
        nothing, ("line_text", "line_unique"), QUIET, rules=Rules(reversed_at="route"),
        guide=edit_after_a_change_of_routes,
    ),
    "repost goes where the route leads now": Bug(
        nothing, ("line_text", "line_unique"), QUIET, rules=Rules(reposted_at="route"),
        guide=edit_after_a_change_of_routes,
    ),
    "correction in the closed month": Bug(
        nothing, faults=QUIET, rules=Rules(closed_period="original"), guide=edit_in_a_closed_month
    ),
    "repost under the first key": Bug(
        nothing, faults=QUIET, rules=Rules(repost_key="first"), guide=correct_the_rate
    ),
    "content-hash key of a correction": Bug(
        nothing, faults=QUIET, rules=Rules(key_parts="content"), guide=edit_there_and_back
    ),
    "repost before reversal": Bug(postings_first, faults=QUIET, guide=edit_after_posting),
    "repost does not wait for its reversal": Bug(
        forget_other_versions, ("job_text",), QUIET, guide=edit_with_a_slow_reversal
    ),
}  # fmt: skip
