"""The rows behind one number: the page every number of tickets, incidents or cases leads to."""

from dashboards.kit import record_list
from dashboards.kit.contract import Page, Panel

PAGE = Page(
    key="records",
    title="Behind the number",
    listed=False,
    kind="domain",
    panels=(Panel("rows", "Behind the number", record_list.draw, "component", wide=True),),
)
