"""Made-up requests after the server's own OpenAPI: whatever comes, it answers as it says there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from kcgraph.serve.app import application
from kcgraph.serve.sites import Settings


@pytest.fixture(scope="module")
def client(two_articles: Path) -> Iterator[TestClient]:
    with TestClient(application(two_articles, Settings(workers=1)), "http://localhost") as client:
        yield client


def test_made_up_requests_are_answered_or_refused(client: TestClient) -> None:
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        if operation.path == "/picture.html":  # takes no input, and long
            continue

        @given(operation.as_strategy())
        @settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def answered(case: Any) -> None:
            request = case.as_transport_kwargs(base_url="http://localhost")
            request.pop("cookies", None)
            answer = client.request(**request, follow_redirects=False)
            assert answer.status_code < 500, f"{answer.status_code} {answer.text}"
            assert answer.headers["x-content-type-options"] == "nosniff"
            if "html" in answer.headers.get("content-type", ""):
                assert answer.text.rstrip().endswith("</html>")

        answered()
