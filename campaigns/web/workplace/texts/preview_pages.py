"""A part of a page for whoever is writing: their Markdown, as it will be read."""

from flask import Response, request

from campaigns.web.workplace.desk import workplace_blueprint
from campaigns.work.texts.preview import preview

preview_pages = workplace_blueprint("preview_pages", __name__)


@preview_pages.post("/forhandsvisning")
def of_words() -> Response:
    """The field `text` as clean HTML, without a page around it. The fields `phone` can be called where they stand."""
    return Response(preview(request.form.get("text", ""), phones=request.form.getlist("phone")))
