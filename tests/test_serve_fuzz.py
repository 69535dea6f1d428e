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
        few = 2 if operation.path == "/picture.html" else 8  # it is long, and made once

        @given(operation.as_strategy())
        @settings(
            max_examples=few,
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


@pytest.mark.parametrize(
    "asked", ["?q=%00", "?max-nodes=-1", "?a=</script>", "?%ff=%fe", "?" + "n" * 9000]
)
def test_the_picture_is_the_same_whatever_is_asked_of_it(client: TestClient, asked: str) -> None:
    plain = client.get("/picture.html")
    odd = client.get(
        f"/picture.html{asked}", headers={"If-None-Match": '"*/</script>', "Range": "x"}
    )
    assert odd.status_code == plain.status_code == 200
    assert odd.text == plain.text
    assert odd.headers["content-security-policy"] == plain.headers["content-security-policy"]
