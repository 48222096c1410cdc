"""Does a text from outside look like an identifier of the house (`kernel.ids.new_id`)?"""

import re

_FORM = re.compile(r"[a-z][a-z_]{0,23}_[0-9a-f]{32}")


def is_identifier(text: str) -> bool:
    """Tell whether it does. Nothing else is looked up or kept: PostgreSQL refuses some texts."""
    return _FORM.fullmatch(text) is not None
