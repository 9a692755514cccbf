"""A reference partner service (参考协作单位服务): one department as a process of its own, speaking the exchange protocol.

Knows neither Django nor our database; its records are a file of JSON lines, what it was told is appended to another:
    python -m yigui.synthetic.partner_service --records civil_affairs.jsonl --told civil_affairs.told.jsonl --port 8103
The signing key is read from the environment, `YIGUI_PARTNER_KEY`.
"""

import argparse
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from yigui.common.digests import canonical_json
from yigui.exchange.protocol import BODY_MAX, ID, Malformed, read_request, sign_answer


class PartnerService(ThreadingHTTPServer):
    """Answers `POST /<service>` and takes `POST /messages`, each message once."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, records: Path, told: Path, key: str) -> None:
        self.key, self.told_path, self._lock = key, told, threading.Lock()
        self.known: dict[tuple[str, str], dict[str, str]] = {}
        for line in records.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            self.known[row["service"], canonical_json(row["asks"])] = row["answer"]
        self.told = {json.loads(line)["id"] for line in told.read_text(encoding="utf-8").splitlines()} if told.exists() else set()
        super().__init__(address, _Handler)

    def answer(self, path: str, request_id: str, content: dict[str, Any]) -> dict[str, Any]:
        """What is answered to a request that has been verified."""
        if path == "/messages":
            return self._take(request_id, content)
        found = self.known.get((path.strip("/"), canonical_json(content)))
        return {"found": True, "data": found} if found is not None else {"found": False}

    def _take(self, message_id: str, content: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            is_new = message_id not in self.told
            if is_new:
                with self.told_path.open("a", encoding="utf-8") as file:
                    file.write(canonical_json({"id": message_id, **content}) + "\n")
                self.told.add(message_id)
        return {"taken": True, "is_new": is_new}


class _Handler(BaseHTTPRequestHandler):
    server: PartnerService

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_MAX))
        try:
            content = read_request(headers=self.headers, path=self.path, body=body, key=self.server.key)  # type: ignore[arg-type]
        except Malformed as error:
            self._send(403, {"Content-Type": "application/json"}, json.dumps({"refused": str(error)}).encode())
            return
        request_id = self.headers[ID]
        signed = sign_answer(request_id=request_id, content=self.server.answer(self.path, request_id, content), key=self.server.key)
        self._send(200, signed.headers, signed.body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        return


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Reference partner service")
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--told", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    service = PartnerService(
        ("127.0.0.1", chosen.port), records=chosen.records, told=chosen.told, key=os.environ["YIGUI_PARTNER_KEY"]
    )
    service.serve_forever()


if __name__ == "__main__":
    main()
