"""Analysis in a process that may die: what a file does to its parser costs that file, not the review."""

import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from signal import SIGALRM
from types import MappingProxyType, TracebackType
from typing import Final, Self, TypeVar

import structlog
from pydantic import TypeAdapter

from rules.analysis.preview import Preview
from rules.authoring import Reply
from rules.ecto.files import version_of
from rules.finding import FileReport, Report, Verdict
from rules.postgres.program import Program
from rules.settings import Settings
from rules.source import Change, SourceFile
from workers.analysis_child import (
    JUDGED,
    OUT_OF_MEMORY,
    PREVIEWS,
    PROGRAMS,
    RAISED,
    REPLY,
    REPORTED,
    REQUEST,
    STATUS,
    Request,
    receive,
    send,
)
from workers.context import AnalysisFailed, Failure
from workers.memory.past import Forgetful, Past

Answer = TypeVar("Answer")
COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "workers.analysis_child")
MEMORY: Final = 768 * 2**20  # bytes of address space, of which the interpreter and its libraries map about 200 MiB
GRACE: Final = 5.0  # seconds that the child may take beyond its fork's alarm
ALONE: Final = 5.0  # seconds for any part of the change while a culprit is looked for
CULPRITS: Final = 5  # a change with more of them is an attack, not an accident
ENDINGS: Final = MappingProxyType({-SIGALRM: Failure.TIME, OUT_OF_MEMORY: Failure.MEMORY})
UNREADABLE: Final = ")"  # no Elixir: what it stands for is reported as unread, and what builds on it as unknown

log = structlog.get_logger(__name__)


class Analyst:
    """Analyses changes in a child process, which is started when first needed and again after it died."""

    def __init__(
        self,
        seconds: float,
        memory: int = MEMORY,
        command: Sequence[str] = COMMAND,
        environment: Mapping[str, str] | None = None,
        culprits: int = CULPRITS,
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._command = command
        self._environment = environment or {}  # nothing of the worker's, which holds the App's key
        self._culprits = culprits  # to look for; it takes many times as long
        self._child: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None

    def analyse(self, change: Change, settings: Settings, past: Past = Forgetful()) -> Report:  # noqa: B008  # has no state
        """Judge *change*; a file that cannot be read within the limits gets the verdict unknown.

        What the history before it comes to is taken from the repository's *past*, and kept there.
        AnalysisFailed when no single file is to blame.
        """
        spoilt: dict[str, Failure] = {}
        accident = False
        while True:
            try:
                report = self._report(change, settings, self._seconds, past)
            except AnalysisFailed as failed:
                suspects = (change.proposed, change.merged + change.replaced) if len(spoilt) < self._culprits else ()
                found = next(filter(None, (self._culprit(files, settings) for files in suspects)), None)
                if found is None and failed.kind is Failure.CRASH and not accident:
                    accident = True  # somebody else may have ended the child, as a machine does that has no memory left
                    continue
                if found is None or found[0] in spoilt:
                    raise
                path, spoilt[path] = found
                log.warning("file spoils the analysis", path=path, failure=spoilt[path].value)
                change = _without(change, path)
            else:
                return Report(tuple(_excused(file, spoilt) for file in report.files))

    def programs(self, change: Change, settings: Settings) -> tuple[Program, ...]:
        """Return what a rehearsal of *change* runs; AnalysisFailed where that cannot be found out."""
        return self._ask(Request(change, _plain(settings), self._seconds, self._memory, rehearsing=True), PROGRAMS)

    def preview(self, change: Change, settings: Settings) -> tuple[Preview, ...]:
        """Return what *change* would send and do to tables; AnalysisFailed where that cannot be found out."""
        return self._ask(Request(change, _plain(settings), self._seconds, self._memory, previewing=True), PREVIEWS)

    def author(self, sentence: str, change: Change, moment: int, settings: Settings) -> Reply:
        """Return what becomes of a sentence over *change*; AnalysisFailed where that cannot be found out."""
        asked = Request(change, _plain(settings), self._seconds, self._memory, sentence=sentence, moment=moment)
        return self._ask(asked, REPLY)

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _culprit(self, files: tuple[SourceFile, ...], settings: Settings) -> tuple[str, Failure] | None:
        """Find one file that fails even alone, by halving."""
        if not files:
            return None
        try:
            self._report(Change(merged=(), proposed=files), settings, min(ALONE, self._seconds), Forgetful())
        except AnalysisFailed as failed:
            if len(files) == 1:
                return files[0].path, failed.kind
        else:
            return None
        half = len(files) // 2
        return self._culprit(files[:half], settings) or self._culprit(files[half:], settings)

    def _report(self, change: Change, settings: Settings, seconds: float, past: Past) -> Report:
        request = Request(change, _plain(settings), seconds, self._memory, past=past.recall())
        judged = self._ask(request, JUDGED)
        past.keep(judged.new)
        return judged.report

    def _ask(self, request: Request, answers: TypeAdapter[Answer]) -> Answer:
        wire = self._ready()
        wire.settimeout(request.seconds + GRACE)
        try:
            send(wire, REQUEST.dump_json(request))
            answer = receive(wire)
            (status,) = STATUS.unpack_from(answer)
            said = answer[STATUS.size :]
            if status == REPORTED:
                return answers.validate_json(said)
        except TimeoutError as error:
            self.close()
            raise AnalysisFailed(Failure.TIME) from error
        except (EOFError, OSError, ValueError) as error:
            self.close()
            raise AnalysisFailed(Failure.CRASH) from error
        except BaseException:
            self.close()  # a task that is interrupted here leaves an answer that the next one would take for its own
            raise
        if status == RAISED:
            log.error("analysis raised", traceback=said.decode())
        raise AnalysisFailed(ENDINGS.get(status, Failure.CRASH))

    def _ready(self) -> socket.socket:
        if self._wire is None:
            self._wire, theirs = socket.socketpair()
            with theirs:
                self._child = subprocess.Popen(
                    self._command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=self._environment
                )
        return self._wire

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _plain(settings: Settings) -> Settings:
    """Return *settings* as pydantic can write them, which knows no mapping proxies."""
    return replace(settings, severities=dict(settings.severities))


def _without(change: Change, path: str) -> Change:
    """Return *change* with the file at *path* made unreadable, so that nothing is judged as if it were not there."""

    def without(files: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
        return tuple(SourceFile(path, UNREADABLE) if file.path == path else file for file in files)

    return replace(
        change,
        merged=without(change.merged),
        proposed=without(change.proposed),
        replaced=without(change.replaced),
    )


def _excused(file: FileReport, spoilt: Mapping[str, Failure]) -> FileReport:
    failure = spoilt.get(file.path)
    if failure is None:
        return file
    reason = f"This file could not be read: {failure.value}."
    return FileReport(file.path, version_of(file.path), None, Verdict.UNKNOWN, reason)
