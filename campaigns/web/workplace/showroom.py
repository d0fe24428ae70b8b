"""The page that shows every component there is, for those who build pages."""

from flask import Response

from campaigns.web.workplace.desk import page, workplace_blueprint
from campaigns.web.workplace.forms import NEEDED, Form

showroom = workplace_blueprint("showroom", __name__)


@showroom.get("/delar")
def components() -> Response:
    """All components, each in the states it can have."""
    form = Form({"name": "Gängsnacket", "language": ["sv", "ar"]}, typed=False)
    form.fault("faulty", NEEDED)
    return page("work/components.html", form=form)
