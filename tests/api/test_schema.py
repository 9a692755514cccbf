"""schemathesis over the interface: no answer outside the description, no server error."""

import subprocess
import sys

import pytest

from yigui.synthetic.demo_staff import API_TOKEN


@pytest.mark.slow
def test_generated_requests_meet_the_description(site: str) -> None:
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{site}/api/openapi.json", "-H", f"Authorization: Bearer {API_TOKEN}",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples", "40", "--phases", "examples,fuzzing", "--seed", "1", "--no-color", "--suppress-health-check", "all",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
