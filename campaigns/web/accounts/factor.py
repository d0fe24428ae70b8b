"""A fresh second factor: what grave steps ask for once more, although one is logged in."""

from campaigns.domain.errors import N_
from campaigns.web.site import words
from campaigns.web.workplace.desk import is_fresh
from campaigns.web.workplace.forms import Form

NOT_PROVEN = N_("That code is not right, or has been used. Wait for the next one in your app and write that.")


def proven(form: Form, field: str = "code") -> bool:
    """Whether the second factor was proved within the last minutes, or is proved now by the code in a form's field.

    The fault is noted in the form otherwise. The macro `factor` of components/forms.html shows the field when needed.
    """
    if is_fresh():
        return True
    form.fault(field, words()._(NOT_PROVEN))
    return False
