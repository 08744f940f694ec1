"""`make bench`: every benchmark in this folder, one after the other, each beside what it is compared with."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def main() -> int:
    """Run all benchmarks and return how many missed their bar."""
    missed = 0
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.ispkg or module.name.startswith("__"):
            continue
        bench = import_module(f"deploy.bench.{module.name}")
        print(f"\n{module.name}: {str(bench.__doc__).partition(chr(10))[0]}")
        try:
            bench.main()
        except SystemExit as bar:
            missed += 1
            print(bar)
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
