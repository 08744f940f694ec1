"""The process that reads what strangers wrote: it holds no secret, and each analysis is done by a fork that may die.

libpg_query crashes on some input and no parser is proven to end, so the kernel watches each fork: a limit of memory,
and an alarm that nothing in the fork handles. Requests and answers are frames on one socket: four bytes of length, then
JSON; before an answer's JSON stands how the fork ended, as in `os.waitstatus_to_exitcode`.
"""

import gc
import os
import resource
import signal
import socket
import struct
import traceback
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, Never

from pydantic import Base64Bytes, TypeAdapter

from rules.analysis import analyse
from rules.analysis.preview import Preview, previews
from rules.analysis.programs import programs
from rules.analysis.shelf import Shelf
from rules.authoring import Reply, author
from rules.finding import Report
from rules.postgres.program import Program
from rules.settings import Settings
from rules.source import Change, SourceFile
from workers.edition import edition

Analyse = Callable[[Change, Settings, Shelf], Report]
LENGTH: Final = struct.Struct("!I")
STATUS: Final = struct.Struct("!h")
REPORTED: Final = 0  # what a fork's exit status means, and what it said before; a negative one is the signal it died of
OUT_OF_MEMORY: Final = 2
RAISED: Final = 3  # it said the traceback
WARM: Final = SourceFile("priv/repo/migrations/1_warm.exs", "defmodule Warm do\n  use Ecto.Migration\nend\n")


@dataclass(frozen=True, slots=True)
class Request:
    """What to analyse, in how many seconds and bytes of memory."""

    change: Change
    settings: Settings
    seconds: float
    memory: int
    rehearsing: bool = False  # asks for the SQL of a rehearsal instead of a report
    previewing: bool = False  # asks for what would be sent, and claimed of it
    sentence: str = ""  # asks for the migrations that it wants, at the moment *moment*
    moment: int = 0
    past: Mapping[str, Base64Bytes] = field(default_factory=dict)  # what was worked out for the same repository before


@dataclass(frozen=True, slots=True)
class Judged:
    """A report, and what was worked out on the way to it that may serve the next."""

    report: Report
    new: Mapping[str, Base64Bytes]


@dataclass(frozen=True, slots=True)
class Recollected:
    """A shelf over the *past* that came with a request, for one *edition* of this code; it collects what is *new*."""

    edition: str
    past: Mapping[str, bytes]
    new: dict[str, bytes] = field(default_factory=dict)

    def take(self, key: str) -> bytes | None:
        """Return what was kept under *key*; nothing where that is broken."""
        try:
            return zlib.decompress(self.past[self._name(key)])
        except (KeyError, zlib.error):
            return None

    def keep(self, key: str, content: bytes) -> None:
        """Hand *content* to the worker with the report."""
        self.new[self._name(key)] = zlib.compress(content, 1)

    def _name(self, key: str) -> str:
        return blake2b(f"{self.edition} {key}".encode(), digest_size=20).hexdigest()


REQUEST: Final = TypeAdapter(Request)
JUDGED: Final = TypeAdapter(Judged)
REPLY: Final = TypeAdapter(Reply)
PROGRAMS: Final = TypeAdapter(tuple[Program, ...])
PREVIEWS: Final = TypeAdapter(tuple[Preview, ...])


def send(wire: socket.socket, body: bytes) -> None:
    """Send one frame."""
    wire.sendall(LENGTH.pack(len(body)) + body)


def receive(wire: socket.socket) -> bytes:
    """Wait for one frame; EOFError when the other side is gone."""
    return _exactly(wire, LENGTH.unpack(_exactly(wire, LENGTH.size))[0])


def _exactly(wire: socket.socket, size: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        received = wire.recv(min(size - len(body), 1 << 20))
        if not received:
            raise EOFError
        body += received
    return bytes(body)


def serve(wire: socket.socket, analyse: Analyse) -> None:
    """Answer requests until the worker is gone."""
    ours = edition()
    analyse(Change((), (WARM,)), Settings(), Recollected(ours, {}))  # builds the parser here, for every fork
    gc.freeze()  # what every fork inherits is not worth looking through, and looking would copy it
    while True:
        try:
            request = REQUEST.validate_json(receive(wire))
        except EOFError:
            return
        send(wire, _in_a_fork(request, Recollected(ours, request.past), analyse))


def _in_a_fork(request: Request, shelf: Recollected, analyse: Analyse) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _work(request, shelf, analyse, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    return STATUS.pack(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) + said


def _work(request: Request, shelf: Recollected, analyse: Analyse, writer: int) -> Never:
    """Analyse within the limits, write the report and end; no clean-up of the parent's is run twice."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (request.memory, request.memory))
    signal.setitimer(signal.ITIMER_REAL, request.seconds)
    status, said = RAISED, b""
    try:
        status, said = REPORTED, _answer(request, shelf, analyse)
    except MemoryError:
        status = OUT_OF_MEMORY
    except Exception:  # noqa: BLE001  # whatever a rule raises is told to the worker, which logs it
        said = traceback.format_exc().encode()
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(said)
    os._exit(status)


def _answer(request: Request, shelf: Recollected, analyse: Analyse) -> bytes:
    if request.sentence:
        return REPLY.dump_json(author(request.sentence, request.change, request.moment, request.settings))
    if request.rehearsing:
        return PROGRAMS.dump_json(programs(request.change, request.settings))
    if request.previewing:
        return PREVIEWS.dump_json(previews(request.change, request.settings))
    report = analyse(request.change, request.settings, shelf)
    return JUDGED.dump_json(Judged(report, shelf.new))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts the worker, which ends us by hanging up
    serve(socket.socket(fileno=0), analyse)
