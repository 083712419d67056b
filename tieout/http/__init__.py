"""HTTP to the outside: one session for extraction and delivery.

Retries, rate limits, authentication failures and outages are handled here once. Paging and record
shapes live with each vendor in `pipelines/`; posting requests live in `tieout.posting.delivery`.
"""

from tieout.http.bearer import BearerSession, BearerToken, TokenEndpoint
from tieout.http.inprocess import mounted
from tieout.http.session import ApiSession

__all__ = ["ApiSession", "BearerSession", "BearerToken", "TokenEndpoint", "mounted"]
