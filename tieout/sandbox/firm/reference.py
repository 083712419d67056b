"""Constants of the sample firm: entities, currencies, accounts, contracts, names, rate tables.

Here: what does not depend on the seed. Not here: anything drawn at random (`people.py`,
`contracts.py`, `timesheets.py`) and anything dated (`timeline.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tieout.sandbox.firm.ledger import Account, AccountMapping
from tieout.sandbox.firm.master import Currency, LegalEntity

FIRM_ID = "meridian"
FIRM_NAME = "Meridian Consulting"
REPORTING_CURRENCY = "USD"
INTEGRATION_START = "2025-01-01"  # first day of the routing rules
HARVEST, KANTATA, BAMBOOHR, CONCUR = "harvest_us", "kantata", "bamboohr", "concur"
NETSUITE, TRYTON = "netsuite", "tryton_uk"

CURRENCIES = (
    Currency("USD", "US Dollar", "$", "1"),
    Currency("GBP", "British Pound", "£", "2"),
    Currency("EUR", "Euro", "€", "4"),
    Currency("INR", "Indian Rupee", "₹", "6"),
    Currency("CHF", "Swiss Franc", "CHF", "7"),
)
ENTITIES = (
    LegalEntity("US01", "Meridian US LLC", "US", "USD", "America/New_York", HARVEST, NETSUITE,
                "2", "US01"),
    LegalEntity("UK01", "Meridian UK Ltd", "GB", "GBP", "Europe/London", KANTATA, TRYTON,
                None, "UK01"),
    LegalEntity("IN01", "Meridian India Pvt Ltd", "IN", "INR", "Asia/Kolkata", HARVEST, NETSUITE,
                "3", "IN01"),
)  # fmt: skip
ENTITY = {entity.legal_entity_id: entity for entity in ENTITIES}
# Twelve people at a time: five in the US, four in the UK, three in India.
ENTITY_CYCLE = (
    "US01", "UK01", "IN01", "US01", "UK01", "US01", "IN01", "UK01", "US01", "UK01", "IN01", "US01",
)  # fmt: skip

_CHART = (
    ("5100", "Labour cost", "expense", "labour_cost", "211"),
    ("2190", "Labour clearing", "liability", "labour_clearing", "212"),
    ("1350", "Work in progress", "asset", "wip", "213"),
    ("4010", "Accrued revenue", "revenue", "accrued_revenue", "214"),
    ("5300", "Project expenses", "expense", "expense_cost", "215"),
    ("2150", "Expenses payable", "payable", "expense_payable", "216"),
    ("6900", "Month-end adjustments", "expense", None, "217"),
)
ACCOUNTS = tuple(
    Account(erp, code, name, kind, internal_id if erp == NETSUITE else None)
    for erp in (NETSUITE, TRYTON)
    for code, name, kind, _, internal_id in _CHART
)
ACCOUNT_MAPPINGS = tuple(
    AccountMapping(entity.legal_entity_id, entity.erp_system, purpose, code)
    for entity in ENTITIES
    for code, _, _, purpose, _ in _CHART
    if purpose
)
ACCOUNT_OF = {(row.legal_entity_id, row.purpose): row.account_code for row in ACCOUNT_MAPPINGS}


@dataclass(frozen=True, slots=True)
class ContractTemplate:
    """One client contract: `staffed` are the entities whose people are on it in clean history.

    `history_only` projects have time only in the months before the last one; `staffed` empty
    means: only planted time.
    """

    project_id: str
    client_id: str
    name: str
    billing_model: str
    currency: str
    legal_entity_id: str
    staffed: tuple[str, ...]
    history_only: bool = False


CLIENTS = (
    ("C-00", "Meridian Consulting (internal)", "USD", "US01"),
    ("C-01", "Northwind Logistics", "USD", "US01"),
    ("C-02", "Blue Harbor Energy", "USD", "US01"),
    ("C-03", "Albion Retail Group", "GBP", "UK01"),
    ("C-04", "Cascade Health", "USD", "US01"),
    ("C-05", "Deccan Textiles", "INR", "IN01"),
    ("C-06", "Rhein Maschinenbau", "EUR", "UK01"),
    ("C-07", "Thames Water Services", "GBP", "UK01"),
    ("C-08", "Helvetia Precision", "CHF", "US01"),
)
CONTRACTS = (
    ContractTemplate("P-1001", "C-01", "Northwind ERP rollout", "time_and_materials", "USD",
                     "US01", ("US01", "UK01", "IN01")),
    ContractTemplate("P-1002", "C-02", "Blue Harbor data platform", "fixed_fee", "USD",
                     "US01", ("US01", "IN01")),
    ContractTemplate("P-1003", "C-03", "Albion store operations", "time_and_materials", "GBP",
                     "UK01", ("UK01", "US01")),
    ContractTemplate("P-1004", "C-01", "Northwind warehouse pilot", "capped", "USD", "US01", ()),
    ContractTemplate("P-1005", "C-04", "Cascade advisory retainer", "retainer", "USD",
                     "US01", ("US01",)),
    ContractTemplate("P-1006", "C-00", "Internal: practice development", "internal", "USD",
                     "US01", ("US01", "UK01", "IN01")),
    ContractTemplate("P-1007", "C-05", "Deccan supply chain", "time_and_materials", "INR",
                     "IN01", ("IN01",)),
    ContractTemplate("P-1008", "C-06", "Rhein plant maintenance", "time_and_materials", "EUR",
                     "UK01", ("UK01", "IN01")),
    ContractTemplate("P-1009", "C-03", "Albion loyalty launch", "time_and_materials", "GBP",
                     "UK01", ("US01",), history_only=True),
    ContractTemplate("P-1010", "C-02", "Blue Harbor grid study", "time_and_materials", "USD",
                     "US01", ("US01",), history_only=True),
    ContractTemplate("P-1011", "C-03", "Albion click and collect", "time_and_materials", "GBP",
                     "UK01", ()),
    ContractTemplate("P-1012", "C-08", "Helvetia quality review", "time_and_materials", "CHF",
                     "US01", ()),
    ContractTemplate("P-1013", "C-03", "Albion pricing analytics", "time_and_materials", "GBP",
                     "UK01", ("UK01",)),
    ContractTemplate("P-1014", "C-07", "Thames asset register", "fixed_fee", "GBP",
                     "UK01", ("UK01",)),
)  # fmt: skip
INTERNAL_PROJECT = "P-1006"
TASKS = (("analysis", "Analysis"), ("build", "Build"), ("workshop", "Client workshop"))

FIRST_NAMES = (
    "Ada", "Grace", "Alan", "Mary", "Edsger", "Barbara", "Niklaus", "Frances", "Ravi", "Priya",
    "Anil", "Meera", "Oliver", "Amelia", "George", "Isla", "Noah", "Emma", "Liam", "Olivia",
    "Hugo", "Clara", "Victor", "Ines", "Tariq", "Leila", "Kofi", "Nadia", "Tomas", "Eva",
)  # fmt: skip
LAST_NAMES = (
    "Hartley", "Mason", "Turner", "Whitfield", "Keller", "Lindqvist", "Okafor", "Banerjee",
    "Iyer", "Sharma", "Nair", "Kulkarni", "Bennett", "Carter", "Doyle", "Ellison", "Foster",
    "Grant", "Hughes", "Irving", "Jensen", "Kaur", "Lopez", "Moreau", "Novak", "Osborne",
    "Pereira", "Quinn", "Rossi", "Stone",
)  # fmt: skip
TITLES = ("Analyst", "Consultant", "Senior Consultant", "Principal")
NOTES = (
    "Requirements review", "Data mapping", "Interface build", "Test support", "Steering meeting",
    "Process walkthrough", "Cut-over planning", "Report design", "Defect triage", "Training",
)  # fmt: skip

# Per level (see TITLES): hourly bill rate in USD and cost rate in functional currency. The odd
# cents are there so that quarter hours times a rate need rounding.
BILL_RATE_USD = {
    "US01": ("165.00", "187.35", "200.00", "242.50"),
    "UK01": ("148.50", "171.25", "185.00", "221.10"),
    "IN01": ("55.00", "66.15", "75.00", "91.45"),
}
COST_RATE = {
    "US01": ("72.35", "88.10", "95.00", "118.93"),
    "UK01": ("48.27", "61.50", "70.15", "82.49"),
    "IN01": ("1150.55", "1450.00", "1622.37", "1890.71"),
}
# What one US dollar of bill rate becomes in another contract currency: list prices, not FX.
PRICE_FACTOR = {
    "USD": Decimal(1),
    "GBP": Decimal("0.8"),
    "EUR": Decimal("0.95"),
    "INR": Decimal("81.3"),
    "CHF": Decimal("0.9"),
}
# Spot value of one unit in USD, around which the daily rates move. CHF has no rates on purpose.
SPOT_USD = {
    "USD": Decimal(1),
    "GBP": Decimal("1.265300"),
    "EUR": Decimal("1.087000"),
    "INR": Decimal("0.01198853"),
}
EXPENSE_TYPES = (
    ("AIRFR", "Airfare", "Skyline Air", "London", 180, 900),
    ("LODNG", "Hotel", "Harbour Hotel", "New York", 110, 420),
    ("TAXIX", "Taxi", "City Cabs", "Mumbai", 9, 60),
    ("MEALS", "Client meal", "Corner Bistro", "Leeds", 18, 140),
    ("TRAIN", "Train", "National Rail", "Manchester", 25, 160),
)
