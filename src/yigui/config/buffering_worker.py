"""The web server's process: waitress reads requests whole and sends answers at the client's pace; a thread only ever computes.

gunicorn keeps the processes (starts them together, replaces those that end); inside each, waitress holds hundreds of slow connections in
one loop. A client that sends a byte a minute costs a buffer, not one of our few threads.
"""

import logging
import os
import resource
import time
from collections import Counter
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from yigui.common.addresses import is_proxy, proxies

#: Open connections of a process; those of one address at most a third, so that a single stranger never takes them all.
CONNECTIONS_MAX = 900
SHARE_OF_ONE = 3
#: A request's head is there after so many seconds, and its body comes at this pace or faster after a first minute.
HEAD_SECONDS = 20
BODY_GRACE_SECONDS = 60
BODY_BYTES_A_SECOND = 1024
#: A connection at rest is closed.
REST_SECONDS = 30
#: The largest request (a list and its papers, 20 MB each), and all that are half received together.
BODY_MAX = 96 * 1024 * 1024
HALF_RECEIVED_MAX = 1024 * 1024 * 1024
#: How often slow ones are looked for.
_LOOK_SECONDS = 2


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when its present request has been coming in."""

    begun = 0.0

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.begun = time.time()
        return bool(super().received(data))

    def size(self) -> int:
        """Bytes of a body that are here before the rest."""
        return int(getattr(self.request, "body_bytes_received", 0)) if self.request is not None else 0

    def is_too_slow(self, now: float) -> bool:
        """Whether the request that is coming in takes longer than an honest slow line would."""
        if self.request is None:
            return False
        took = now - self.begun
        if not self.request.headers_finished:
            return took > HEAD_SECONDS
        return took > BODY_GRACE_SECONDS and self.size() < (took - BODY_GRACE_SECONDS) * BODY_BYTES_A_SECOND


class Server(TcpWSGIServer):  # type: ignore[misc]
    """waitress, with bounds on slowness and on one address, and no more connections than it can work on."""

    channel_class = Channel

    def readable(self) -> bool:
        """Takes no new connection while work waits for a thread here: another process may be idle."""
        return bool(super().readable()) and not self.task_dispatcher.queue

    def handle_accept(self) -> None:
        super().handle_accept()
        if len(self.active_channels) > self.adj.connection_limit // SHARE_OF_ONE:
            self._thin_out()

    def _thin_out(self) -> None:
        """Close the newest connection of an address that holds more than its share; a proxy speaks for many."""
        channels = list(self.active_channels.values())
        counts = Counter(channel.addr[0] for channel in channels)
        newest = channels[-1]
        if not is_proxy(newest.addr[0], proxies()) and counts[newest.addr[0]] > self.adj.connection_limit // SHARE_OF_ONE:
            newest.handle_close()

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        channels = list(self.active_channels.values())
        for channel in channels:
            if channel.is_too_slow(now):
                channel.will_close = True
        waiting = sorted((channel for channel in channels if not channel.will_close), key=Channel.size)
        total = sum(channel.size() for channel in waiting)
        while total > HALF_RECEIVED_MAX:
            largest = waiting.pop()
            total -= largest.size()
            largest.will_close = True


class BufferingWorker(Worker):  # type: ignore[misc]
    """gunicorn's worker class: see the module."""

    def run(self) -> None:
        """Serve until told to stop, until the parent is gone, or until it is time for a fresh process."""
        # That a request waits for a thread is daily business; the metrics tell how long they take.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        sockets: dict[int, Any] = {}
        servers = [self._server(listener.sock, sockets) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid() and self.nr < self.max_requests:
            self.notify()
            wasyncore.loop(timeout=1.0, use_poll=True, map=sockets, count=1)
        for server in servers:
            server.accepting = False
        self._finish(servers, sockets)

    def _finish(self, servers: list[Server], sockets: dict[int, Any]) -> None:
        """What was received is answered; nothing new is taken."""
        until = time.time() + self.cfg.graceful_timeout
        while time.time() < until and any(c.requests or c.total_outbufs_len for s in servers for c in s.active_channels.values()):
            self.notify()
            wasyncore.loop(timeout=0.2, use_poll=True, map=sockets, count=1)
        for server in servers:
            server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(sockets, ignore_all=True)

    def _server(self, listener: Any, sockets: dict[int, Any]) -> Server:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = CONNECTIONS_MAX if soft == resource.RLIM_INFINITY else max(50, min(CONNECTIONS_MAX, soft - 124))
        adjusted = Adjustments(
            threads=self.cfg.threads, connection_limit=most, channel_timeout=REST_SECONDS, cleanup_interval=_LOOK_SECONDS,
            max_request_body_size=BODY_MAX, ident=None, asyncore_use_poll=True, clear_untrusted_proxy_headers=False, log_socket_errors=False,
            backlog=self.cfg.backlog,
        )  # fmt: skip
        return Server(
            self._application, sockets, True, listener, adj=adjusted, sockinfo=(listener.family, listener.type, 0, listener.getsockname()),
            bind_socket=False,
        )  # fmt: skip

    def _application(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Ours, told the scheme the proxy in front was asked by; requests are counted."""
        self.nr += 1
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https" and is_proxy(environ["REMOTE_ADDR"], proxies()):
            environ["wsgi.url_scheme"] = "https"
        environ["wsgi.multiprocess"] = True
        return self.wsgi(environ, start_response)
