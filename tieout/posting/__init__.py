"""POST -> ACKNOWLEDGE: the ledger, the protocol and the ports to the ERPs.

Here: the durable posting ledger, the batch (plan, seal, file), the sending protocol with its
in-doubt path, the proof by read-back, and the ports every ERP implements (`delivery`, `writers`,
`acks`). Not here: what is posted (`dbt_project/models/posting`), whether it may be posted
(`expectations`, handed in as a callable) and reading the ERP's books (`pipelines`).
"""
