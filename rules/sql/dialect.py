"""Whose SQL a text is that PostgreSQL cannot read."""

import re
from typing import Final

from rules.sql.statements import Dialect

# Words that no PostgreSQL statement has; the first dialect that shows one is named.
MARKS: Final = (
    (
        Dialect.SQLITE,
        re.compile(
            r"\bPRAGMA\b|\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bsqlite_\w+|\bATTACH\s+DATABASE\b", re.IGNORECASE
        ),
    ),
    (
        Dialect.MYSQL,
        re.compile(
            r"`|\bAUTO_INCREMENT\b|\bENGINE\s*=|\bMODIFY\s+(?:COLUMN\b|\w+\s+\w)|\bCHANGE\s+(?:COLUMN\b|\w+\s+\w)"
            r"|\bUNSIGNED\b|\bDEFAULT\s+CHARSET\b|\bCHARACTER\s+SET\b|\bUTF8MB4\b|\bDROP\s+FOREIGN\s+KEY\b"
            r"|\bFULLTEXT\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b|\bSHOW\s+(?:TABLES|INDEX)\b|\bDELIMITER\b",
            re.IGNORECASE,
        ),
    ),
    (
        Dialect.TSQL,
        re.compile(r"\bIDENTITY\s*\(|\bNVARCHAR\b|\bEXEC\s+sp_\w+|(?m:^\s*GO\s*$)|\[\w+\]\.\[\w+\]", re.IGNORECASE),
    ),
)


def dialect_of(text: str) -> Dialect:
    """Return the dialect whose words *text* uses."""
    return next((dialect for dialect, marks in MARKS if marks.search(text)), Dialect.UNKNOWN)
