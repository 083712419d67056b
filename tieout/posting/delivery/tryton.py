"""Posting to Tryton: draft, look up the key, exactly one, post, read back.

Here: `TrytonDelivery`. Not here: the moves (`tieout.posting.writers.tryton_moves`), the ledger's
ids (`tryton_books`), the wire (`tryton_rpc`) and what refusals mean (`tieout.posting.acks.tryton`).

Nothing in Tryton's `account.move` is unique, so a move sent twice is there twice. Therefore a
line is first created as a draft with its posting key as description, which no report counts;
then the key is looked up, surplus drafts are deleted, and one is posted. A process that dies
anywhere leaves at worst a draft, which the next run finds and posts. Creating and posting take a
hundred moves per call and are all or nothing; a call that is refused is halved until the bad line
stands alone. Posting a move a second time is refused by Tryton, which is how a lost answer shows.
Calls follow one another: parallel posting makes Tryton answer 503.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tieout.config import System
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.tryton import USER_WARNING, reason_of
from tieout.posting.delivery.base import Capabilities, Found, LineResult
from tieout.posting.delivery.tryton_books import HeldMove, References, held_moves
from tieout.posting.delivery.tryton_rpc import TrytonBusy, TrytonRefusal, TrytonRpc
from tieout.posting.writers.tryton_moves import Move, Unpostable, move_of

MODEL = "account.move"
BATCH = 100
BUSY_ATTEMPTS = 6
BUSY_SECONDS = 0.25


class TrytonDelivery:
    """The adapter of one Tryton database.

    Args:
        system: the system of firm.yml.
        session: an authenticated session (`open_session`).
        sleep: how to wait while the database is busy, replaceable in tests.
    """

    # An absent key may be believed at once: a create that commits late makes a draft, not a
    # posting, and the next look-up of its key removes it.
    capabilities = Capabilities(
        idempotency="key_in_text", max_batch=BATCH, serial_only=True, batch_atomic=False
    )

    def __init__(
        self, system: System, session: ApiSession, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._system = system
        self._rpc = TrytonRpc(system, session)
        self._sleep = sleep
        self._references: References | None = None

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """What Tryton holds now under each posting key, drafts included, oldest first.

        Raises:
            SystemUnreachable: Tryton did not answer.
        """
        held = held_moves(self._rpc, keys)
        return {key: [move.found() for move in moves] for key, moves in held.items()}

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        """Post lines; see the module's text for the order of things.

        Raises:
            SystemUnreachable: Tryton stopped answering; lines without a result are in doubt.
        """
        moves: dict[str, Move] = {}
        for line in lines.iter_rows(named=True):
            try:
                moves[line["posting_key"]] = move_of(line)
            except Unpostable as problem:
                yield _refused(line["posting_key"], problem.reason_code, problem.message)
        references = self._ledger()
        records: dict[str, dict[str, Any]] = {}
        for key, move in list(moves.items()):
            try:
                records[key] = references.record(move)
            except Unpostable as problem:
                del moves[key]
                yield _refused(key, problem.reason_code, problem.message)
        chosen, done = self._choose(moves)
        yield from done
        waiting = [key for key in moves if key not in chosen and _open(key, done)]
        refused = list(self._create({key: records[key] for key in waiting}))
        yield from refused
        created = {key: moves[key] for key in waiting if _open(key, refused)}
        drafts, done = self._choose(created)
        yield from done
        for key in created:
            if key not in drafts and _open(key, done):
                yield LineResult(key, "unknown", None, "IN_DOUBT", "the draft did not appear")
        chosen.update(drafts)
        yield from self._post(chosen, moves)

    def _ledger(self) -> References:
        if self._references is None:
            self._references = References.of(self._rpc, self._system)
        return self._references

    def _choose(self, moves: Mapping[str, Move]) -> tuple[dict[str, int], list[LineResult]]:
        """Pick the one draft per key to be posted, delete the others, report what is posted."""
        chosen: dict[str, int] = {}
        done: list[LineResult] = []
        surplus: list[int] = []
        for key, held in held_moves(self._rpc, list(moves)).items():
            posted = [move for move in held if move.is_posted]
            drafts = [move for move in held if not move.is_posted]
            fitting = [] if posted else [move for move in drafts if move.shows(moves[key])]
            if posted:
                done.append(_there(key, posted))
            elif fitting:
                chosen[key] = fitting[0].move_id
            surplus += [draft.move_id for draft in drafts if draft not in fitting[:1]]
        self._discard(surplus)
        return chosen, done

    def _create(self, records: Mapping[str, dict[str, Any]]) -> Iterator[LineResult]:
        """Create drafts; yields the refused ones. Whether the others exist, a look-up tells."""
        if not records:
            return
        try:
            self._patiently("create", list(records.values()))
        except TrytonRefusal as refusal:
            if len(records) == 1:
                yield _refused(next(iter(records)), *_reason(refusal))
                return
            for half in _halves(list(records)):
                yield from self._create({key: records[key] for key in half})
        except OutcomeUnknown:
            return

    def _post(self, chosen: Mapping[str, int], moves: Mapping[str, Move]) -> Iterator[LineResult]:
        """Post drafts and say what Tryton shows afterwards."""
        refusals: dict[str, TrytonRefusal] = {}
        self._post_together(list(chosen), chosen, refusals)
        held = held_moves(self._rpc, list(chosen))
        for key, move_id in chosen.items():
            shown = next((move for move in held.get(key, []) if move.move_id == move_id), None)
            if shown is not None and shown.is_posted:
                yield _accepted(shown, moves[key])
            elif key in refusals:
                if refusals[key].kind != USER_WARNING:  # its draft waits for a person's answer
                    self._discard([move_id])
                yield _refused(key, *_reason(refusals[key]))
            else:
                yield LineResult(key, "unknown", str(move_id), "IN_DOUBT", "still a draft")

    def _post_together(
        self, keys: list[str], chosen: Mapping[str, int], refusals: dict[str, TrytonRefusal]
    ) -> None:
        """Post in one call; on a refusal halve until each bad draft stands alone."""
        if not keys:
            return
        try:
            self._patiently("post", [chosen[key] for key in keys])
        except TrytonRefusal as refusal:
            if len(keys) == 1:
                refusals[keys[0]] = refusal
                return
            for half in _halves(keys):
                self._post_together(half, chosen, refusals)
        except OutcomeUnknown:
            return

    def _discard(self, ids: list[int]) -> None:
        """Delete drafts of ours that must not be posted; one that stays is harmless.

        It is in no total and is deleted when its key is looked at again; a right that is missing
        shows when the period is closed, which Tryton refuses while drafts exist.
        """
        if ids:
            try:
                self._patiently("delete", ids)
            except (TrytonRefusal, OutcomeUnknown):
                return

    def _patiently(self, method: str, argument: list[Any]) -> Any:
        """Call once; repeat while the database is busy, which Tryton says after rolling back."""
        for attempt in range(BUSY_ATTEMPTS):
            try:
                return self._rpc.write(MODEL, method, argument)
            except TrytonBusy:
                self._sleep(BUSY_SECONDS * 2**attempt)
        raise SystemUnreachable(
            self._system.id,
            f"{method} found the database busy {BUSY_ATTEMPTS} times",
            "let other bookings finish, then run the same command again",
        )


def create_delivery(system: System, session: ApiSession) -> TrytonDelivery:
    """The adapter that posts to `system`."""
    return TrytonDelivery(system, session)


def open_session(system: System) -> ApiSession:
    """An authenticated session with one database, by HTTP Basic: `post` refuses idle sessions.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    login = (system.secret("username"), system.secret("password"))
    return ApiSession(system.id, system.base_url, auth=login, headers={"Accept-Encoding": "gzip"})


def _there(key: str, posted: Sequence[HeldMove]) -> LineResult:
    others = ", ".join(str(move.move_id) for move in posted[1:])
    message = f"Tryton holds it {len(posted)} times, also as {others}" if others else None
    return LineResult(key, "already_there", str(posted[0].move_id), None, message)


def _accepted(shown: HeldMove, move: Move) -> LineResult:
    message = None if shown.shows(move) else "Tryton shows another date or other figures"
    return LineResult(move.posting_key, "accepted", str(shown.move_id), None, message)


def _refused(key: str, reason_code: str, message: str) -> LineResult:
    return LineResult(key, "rejected", None, reason_code, message)


def _reason(refusal: TrytonRefusal) -> tuple[str, str]:
    return reason_of(refusal.kind, refusal.message), refusal.message


def _open(key: str, results: Sequence[LineResult]) -> bool:
    return all(result.posting_key != key for result in results)


def _halves(keys: list[str]) -> tuple[list[str], list[str]]:
    middle = len(keys) // 2
    return keys[:middle], keys[middle:]
