"""A reader of the public web."""

import pytest
from flask.testing import FlaskClient
from public_samples import make_app


@pytest.fixture
def client() -> FlaskClient:
    """A reader three hours after the lift."""
    return make_app().test_client()
