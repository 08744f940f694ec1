"""What a keeper is asked to keep."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep, and between which walls."""

    enclosed: bool  # whether the system allows namespaces
    user: int
    group: int
    folder: str  # where the cluster goes; within the walls this is a folder of their own
    binaries: str
    extensions: str  # the folder of extensions' control files
    trusted: tuple[str, ...]  # extensions whose scripts run for the owner of a database, too
    initialise: tuple[str, ...]  # what follows `initdb -D data`
    options: tuple[str, ...]  # what follows `postgres -D data`
    seconds: float
    memory: int  # bytes of address space of each process
    disk: int  # bytes of all files
