"""Ways to disturb a delivery between it and the ERP, and short forms of what came of it."""

from __future__ import annotations

from tieout.sandbox.tryton.sample import sample_key


class Killed(BaseException):
    """The process is gone."""


def disturb(delivery, monkeypatch, method, trouble):
    """`trouble(call)` replaces each call of `method`; `call()` does what was asked."""
    write = delivery._rpc.write

    def disturbed(model, name, *params):
        if name != method:
            return write(model, name, *params)
        return trouble(lambda: write(model, name, *params))

    monkeypatch.setattr(delivery._rpc, "write", disturbed)


def outcomes(results):
    return {result.posting_key.split(":")[3]: result.outcome for result in results}


def states(delivery, record):
    return [found.state for found in delivery.look_up([sample_key(record)]).get(
        sample_key(record), [])]  # fmt: skip
