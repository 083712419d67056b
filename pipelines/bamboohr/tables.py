"""What is landed of BambooHR: one table, the people.

Facts: the published OpenAPI description (BambooHR/bhr-api-python), Get Employee and Get Changed
Employee IDs. How the answers are fetched and joined: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Table, date, text, timestamp

EMPLOYEES = Table(
    name="employees",
    version="last_changed",
    columns=(
        Column("action", text()),  # Inserted, Updated or Deleted: the feed reports deletions
        Column("last_changed", timestamp(), path="lastChanged"),
        Column("employee_number", text(), path="employeeNumber"),
        Column("first_name", text(), path="firstName"),
        Column("last_name", text(), path="lastName"),
        Column("work_email", text(), path="workEmail"),
        Column("status", text()),
        Column("employment_status", text(), path="employmentStatus"),
        # the newest employment status that is not Terminated: who has left keeps his kind
        Column("working_status", text()),
        Column("hire_date", date(), path="hireDate"),
        Column("termination_date", date(), path="terminationDate"),
        Column("division", text()),
        Column("department", text()),
        Column("location", text()),
        Column("job_title", text(), path="jobTitleName"),
        # the field that the system's option names as the employing legal entity
        Column("legal_entity", text()),
    ),
)

TABLES = (EMPLOYEES,)
